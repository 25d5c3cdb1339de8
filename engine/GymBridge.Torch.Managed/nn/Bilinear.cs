using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Bilinear Bilinear(
                long in1_features, long in2_features, long out_features, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in1_features, in2_features, out_features, hasBias, device, dtype);

            public static partial class functional
            {
                /// <summary>y[a] = x1ᵀ W[a] x2 + b[a] over the last dimensions.</summary>
                public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null)
                {
                    if (weight.ndim != 3 || input1.ndim != input2.ndim || input1.size(-1) != weight.size(1) || input2.size(-1) != weight.size(2))
                        throw Errors.Libtorch($"bilinear(): sizes do not match: got inputs of {Errors.Shape(input1.Impl.Shape)} and {Errors.Shape(input2.Impl.Shape)} and a weight of {Errors.Shape(weight.Impl.Shape)}");
                    if (!input1.Impl.Shape.AsSpan(..^1).SequenceEqual(input2.Impl.Shape.AsSpan(..^1)))
                        throw Errors.Libtorch($"bilinear(): input batch dimensions do not match: got {Errors.Shape(input1.Impl.Shape)} and {Errors.Shape(input2.Impl.Shape)}");
                    var (outputs, first, second) = (weight.size(0), weight.size(1), weight.size(2));
                    var half = input1.reshape(-1, first).matmul(weight.transpose(0, 1).reshape(first, -1)).reshape(-1, outputs, second);
                    var y = (half * input2.reshape(-1, 1, second)).sum(-1).reshape([.. input1.Impl.Shape[..^1], outputs]);
                    return bias is null ? y : y + bias;
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Bilinear : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
    {
        internal Bilinear(long in1_features, long in2_features, long out_features, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Bilinear))
        {
            this.in1_features = in1_features;
            this.in2_features = in2_features;
            this.out_features = out_features;
            weight = new Parameter(torch.empty([out_features, in1_features, in2_features], dtype, device));
            var bound = 1 / Math.Sqrt(in1_features);
            torch.nn.init.uniform_(weight, -bound, bound);
            if (!hasBias)
                return;
            bias = new Parameter(torch.empty([out_features], dtype, device));
            torch.nn.init.uniform_(bias, -bound, bound);
        }

        public Parameter? bias
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias), value);
            }
        }

        public Parameter weight
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight), value);
            }
        }

        public long in1_features { get; set; }

        public long in2_features { get; set; }

        public long out_features { get; set; }

        public override torch.Tensor forward(torch.Tensor input1, torch.Tensor input2) => torch.nn.functional.bilinear(input1, input2, weight, bias);
    }
}
