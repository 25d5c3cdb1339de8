namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initialisers: they write in place, without history.</summary>
        public static class init
        {
            public enum FanInOut
            {
                FanIn,
                FanOut,
            }

            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2.0),
                NonlinearityType.LeakyReLU => Math.Sqrt(2.0 / (1 + (param * param))),
                _ => 1,
            };

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1.0);

            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0.0);

            public static Tensor eye_(Tensor tensor)
            {
                if (tensor.ndim != 2)
                    throw new ArgumentException("Only tensors with 2 dimensions are supported", nameof(tensor));
                using var _ = no_grad();
                using var e = eye(tensor.size(0), tensor.size(1), tensor.dtype);
                return tensor.copy_(e);
            }

            /// <summary>The identity of a convolution: as many channels as fit are passed on unchanged.</summary>
            public static Tensor dirac_(Tensor tensor)
            {
                if (tensor.ndim is < 3 or > 5)
                    throw new ArgumentException($"Only tensors with 3, 4, or 5 dimensions are supported, not {Errors.Describe(tensor.Impl)}", nameof(tensor));
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                tensor.zero_();
                for (long channel = 0; channel < Math.Min(tensor.size(0), tensor.size(1)); channel++)
                {
                    var kernel = tensor[channel, channel];
                    while (kernel.ndim > 0)
                        kernel = kernel[kernel.size(0) / 2];
                    kernel.fill_(1);
                }
                return tensor;
            }

            /// <summary>Normal values, of which a share of each column, drawn at random, is zero.</summary>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                if (tensor.ndim != 2)
                    throw new ArgumentException($"Only tensors with 2 dimensions are supported, not {Errors.Describe(tensor.Impl)}", nameof(tensor));
                if (tensor.numel() == 0)
                    return tensor;
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var rows = tensor.size(0);
                var zeros = (long)Math.Ceiling(sparsity * rows);
                tensor.normal_(0, std);
                for (long column = 0; column < tensor.size(1); column++)
                    tensor.select(1, column).index_fill_(0, randperm(rows).narrow(0, 0, zeros), 0);
                return tensor;
            }

            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using var _ = no_grad();
                return tensor.fill_(val);
            }

            public static Tensor uniform_(Tensor tensor, double low = 0.0, double high = 1.0, Generator? generator = null)
            {
                using var _ = no_grad();
                return tensor.uniform_(low, high, generator);
            }

            public static Tensor normal_(Tensor tensor, double mean = 0.0, double std = 1.0, Generator? generator = null)
            {
                using var _ = no_grad();
                return tensor.normal_(mean, std, generator);
            }

            /// <summary>A normal cut to [a, b], through the inverse of its distribution function.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0.0, double std = 1.0, double a = -2.0, double b = 2.0, Generator? generator = null)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                double Cdf(double x) => (1 + DMath.Erf(x / Math.Sqrt(2))) / 2;
                tensor.uniform_((2 * Cdf((a - mean) / std)) - 1, (2 * Cdf((b - mean) / std)) - 1, generator);
                tensor.erfinv_();
                tensor.mul_(std * Math.Sqrt(2)).add_(mean);
                return tensor.clamp_((Scalar)a, (Scalar)b);
            }

            /// <summary>Rows (or columns) orthonormal, times a gain: the Q of a normal matrix, signs fixed by R's diagonal.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0)
            {
                if (tensor.ndim < 2)
                    throw new ArgumentException("Only tensors with 2 or more dimensions are supported", nameof(tensor));
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var rows = tensor.size(0);
                var columns = tensor.numel() / rows;
                var flat = randn(rows, columns, tensor.dtype);
                var a = flat.to(ScalarType.Float64).data<double>().ToArray();
                var q = LinearAlgebra.Orthonormal(a, (int)rows, (int)columns);
                for (var i = 0; i < q.Length; i++)
                    q[i] = (float)q[i];
                using var value = torch.tensor(q, [rows, columns]).to(tensor.dtype);
                tensor.copy_(value.reshape(tensor.Impl.Shape));
                return tensor.mul_(gain);
            }

            public static Tensor kaiming_uniform_(
                Tensor tensor, double a = 0.0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3.0) * (calculate_gain(nonlinearity, a) / Math.Sqrt(Fan(tensor, mode)));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor kaiming_normal_(
                Tensor tensor, double a = 0.0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, calculate_gain(nonlinearity, a) / Math.Sqrt(Fan(tensor, mode)));

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = Math.Sqrt(3.0) * (gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1.0) => xavier_uniform_(tensor, gain);

            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            public static Tensor glorot_normal_(Tensor tensor, double gain = 1.0) => xavier_normal_(tensor, gain);

            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                if (tensor.ndim < 2)
                    throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions", nameof(tensor));
                var receptive = tensor.numel() / Math.Max(1, tensor.size(0) * tensor.size(1));
                return (tensor.size(1) * receptive, tensor.size(0) * receptive);
            }

            /// <summary>The default of a layer's bias: uniform within 1/sqrt(fan in) of its weight.</summary>
            internal static void BiasUniform(Tensor bias, Tensor weight)
            {
                var (fanIn, _) = CalculateFanInAndFanOut(weight);
                var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
                uniform_(bias, -bound, bound);
            }

            private static long Fan(Tensor tensor, FanInOut mode)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return mode == FanInOut.FanIn ? fanIn : fanOut;
            }
        }
    }
}
