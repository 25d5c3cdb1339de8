using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their joint norm is at most <paramref name="max_norm"/>; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                List<TensorImpl> grads = [];
                foreach (var p in tensors)
                {
                    if (p.Impl.Grad is { } g)
                        grads.Add(g);
                }
                if (grads.Count == 0)
                    return 0;
                double total;
                if (norm_type == 2.0)
                {
                    double sum = 0;
                    foreach (var g in grads)
                        sum += FusedKernel.SumOfSquares(g);
                    total = (float)Math.Sqrt(sum);
                }
                else
                {
                    using var scope = NewDisposeScope();
                    using var _ = no_grad();
                    var norms = grads.ConvertAll(g => new Tensor(g.AddReference()).Norm([], false, norm_type).ToDouble());
                    total = norms.Exists(double.IsNaN) ? double.NaN : double.IsPositiveInfinity(norm_type) ? norms.Max() : Math.Pow(
                        norms.Sum(n => Math.Pow(n, norm_type)), 1 / norm_type);
                }
                var scale = max_norm / (total + 1e-6);
                if (!(scale < 1) && !double.IsNaN(scale))
                    return total;
                foreach (var g in grads)
                {
                    using var handle = Tensor.Unscoped(g.AddReference());
                    using var _ = no_grad();
                    handle.mul_((Scalar)scale);
                }
                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var _ = no_grad();
                foreach (var p in tensors)
                {
                    if (p.Impl.Grad is not { } g)
                        continue;
                    using var handle = Tensor.Unscoped(g.AddReference());
                    handle.clamp_((Scalar)(-clip_value), (Scalar)clip_value);
                }
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors) => cat([.. tensors.Select(t => t.reshape(-1))]);

            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var _ = no_grad();
                long at = 0;
                foreach (var p in tensors)
                {
                    using var part = vec.narrow(0, at, p.numel());
                    using var shaped = part.view(p.Impl.Shape);
                    p.copy_(shaped);
                    at += p.numel();
                }
            }
        }
    }
}
