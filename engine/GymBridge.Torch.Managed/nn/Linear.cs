namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);

            public static Modules.Linear Linear(Modules.Parameter weight, Modules.Parameter? bias = null) => new(weight, bias);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Linear(long inputSize, long outputSize, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Linear))
        {
            in_features = inputSize;
            out_features = outputSize;
            weight = new Parameter(torch.empty([outputSize, inputSize], dtype, device));
            if (hasBias)
                bias = new Parameter(torch.empty([outputSize], dtype, device));
            // PyTorch's default: uniform within 1/sqrt(fan in), reached by kaiming_uniform_ with a = sqrt(5).
            torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            if (bias is { } b)
                torch.nn.init.BiasUniform(b, weight);
        }

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            this.weight = weight;
            this.bias = bias;
            in_features = weight.size(1);
            out_features = weight.size(0);
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

        public Parameter? bias
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias), value);
            }
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => Products.Linear(tensor, weight, bias);
    }
}
