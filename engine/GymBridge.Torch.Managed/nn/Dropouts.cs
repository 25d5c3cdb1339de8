using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Dropout1d Dropout1d(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static Dropout2d Dropout2d(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static Dropout3d Dropout3d(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static AlphaDropout AlphaDropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static FeatureAlphaDropout FeatureAlphaDropout(double p, bool inplace) => new(p, inplace);

            public static FeatureAlphaDropout FeatureAlphaDropout(double p = 0.5) => new(p, false);

            public static partial class functional
            {
                // The limit of SELU for minus infinity, without its sign.
                private const double SeluLimit = 1.7580993408473766;

                /// <summary>Drops whole channels of (N, C, L).</summary>
                public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                    DropChannels(input, 3, p, training, inplace);

                /// <summary>Drops whole channels of (N, C, H, W), or of (C, H, W).</summary>
                public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                    DropChannels(input, 4, p, training, inplace);

                /// <summary>Drops whole channels of (N, C, D, H, W), or of (C, D, H, W).</summary>
                public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                    DropChannels(input, 5, p, training, inplace);

                /// <summary>Dropout for SELU: what is dropped takes SELU's limit, and mean and variance are kept.</summary>
                public static Tensor alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                    DropToLimit(input, input.shape, p, training, inplace);

                /// <summary>Alpha dropout of whole channels: the first two dimensions.</summary>
                public static Tensor feature_alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                    DropToLimit(input, PerChannel(input, true), p, training, inplace);

                private static Tensor DropChannels(Tensor input, int batchedRank, double p, bool training, bool inplace)
                {
                    var shape = PerChannel(input, input.ndim == batchedRank);
                    CheckProbability(p);
                    return !training || p == 0
                        ? input.alias()
                        : InPlace(input, p == 1 ? input * 0 : input * Kept(input, shape, p).div((float)(1 - p)), inplace);
                }

                private static Tensor DropToLimit(Tensor input, long[] shape, double p, bool training, bool inplace)
                {
                    CheckProbability(p);
                    if (!training || p == 0)
                        return input.alias();
                    if (p == 1)
                        return InPlace(input, input * 0, inplace);
                    var a = 1 / Math.Sqrt(((SeluLimit * SeluLimit * p) + 1) * (1 - p));
                    var kept = Kept(input, shape, p);
                    return InPlace(input, (input * (kept * a)) + ((kept - 1) * (SeluLimit * a)).add(SeluLimit * a * p), inplace);
                }

                private static Tensor Kept(Tensor input, long[] shape, double p)
                {
                    using var _ = no_grad();
                    return empty(shape, input.dtype).bernoulli_(1 - p);
                }

                private static long[] PerChannel(Tensor input, bool batched)
                {
                    if (input.ndim < (batched ? 2 : 1))
                        throw Errors.Libtorch($"Feature dropout requires at least 2 dimensions in the input, but it has shape {Errors.Shape(input.Impl.Shape)}");
                    var shape = input.shape;
                    Array.Fill(shape, 1, batched ? 2 : 1, shape.Length - (batched ? 2 : 1));
                    return shape;
                }

                private static void CheckProbability(double p)
                {
                    if (!(p >= 0 && p <= 1))
                        throw Errors.Libtorch($"dropout probability has to be between 0 and 1, but got {p}");
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Dropout1d : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Dropout1d(double p, bool inplace)
            : base(nameof(Dropout1d))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor)
        {
            if (tensor.ndim != 3)
                throw new ArgumentException($"tensor passed to Dropout1d must be of the shape (N,C,L), but is {Errors.Shape(tensor.Impl.Shape)}");
            return torch.nn.functional.dropout1d(tensor, p, training, inplace);
        }
    }

    public sealed class Dropout2d : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Dropout2d(double p, bool inplace)
            : base(nameof(Dropout2d))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.dropout2d(tensor, p, training, inplace);
    }

    public sealed class Dropout3d : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Dropout3d(double p, bool inplace)
            : base(nameof(Dropout3d))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.dropout3d(tensor, p, training, inplace);
    }

    public sealed class AlphaDropout : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal AlphaDropout(double p, bool inplace)
            : base(nameof(AlphaDropout))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.alpha_dropout(tensor, p, training, inplace);
    }

    public sealed class FeatureAlphaDropout : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal FeatureAlphaDropout(double p, bool inplace)
            : base(nameof(FeatureAlphaDropout))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public double p { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.feature_alpha_dropout(tensor, p, training, inplace);
    }
}
