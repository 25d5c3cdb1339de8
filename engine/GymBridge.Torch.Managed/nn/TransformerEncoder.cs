using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static TransformerEncoderLayer TransformerEncoderLayer(
                long d_model = 512, long nhead = 8, long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, dim_feedforward, dropout, activation);

            public static TransformerEncoder TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers) => new(encoder_layer, num_layers, null);
        }
    }
}

namespace GymBridge.Torch.Managed
{
    /// <summary>What the layers of a transformer have in common.</summary>
    internal static class TransformerParts
    {
        /// <summary>linear2(dropout(activation(linear1(x)))).</summary>
        public static Tensor Feed(Tensor x, Linear first, torch.nn.Activations activation, Dropout dropout, Linear second)
        {
            var inner = first.forward(x);
            return second.forward(dropout.forward(activation == torch.nn.Activations.GELU ? inner.gelu() : inner.relu()));
        }

        public static T Register<T>(torch.nn.Module owner, string name, T child)
            where T : torch.nn.Module
        {
            owner.register_module(name, child);
            return child;
        }

        public static LayerNorm Norm(long size) => new([size], 1e-5, true, true, null, null);

        /// <summary>Layers that start with the values of the given one, under the name "layers".</summary>
        public static ModuleList<T> Copies<T>(torch.nn.Module owner, T layer, long count, Func<T> create)
            where T : torch.nn.Module
        {
            var layers = new ModuleList<T>();
            for (long i = 0; i < count; i++)
            {
                var copy = create();
                copy.load_state_dict(layer.state_dict());
                layers.Add(copy);
            }
            return Register(owner, "layers", layers);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Self-attention and a feed-forward network, each followed by dropout, the sum with its input and LayerNorm.</summary>
    public sealed class TransformerEncoderLayer
        : torch.nn.Module<torch.Tensor, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor>
    {
        private readonly long _dModel;
        private readonly long _heads;
        private readonly long _feedforward;
        private readonly double _p;
        private readonly torch.nn.Activations _activation;

        internal TransformerEncoderLayer(long d_model, long nhead, long dim_feedforward, double dropout, torch.nn.Activations activation)
            : base(nameof(TransformerEncoderLayer))
        {
            (_dModel, _heads, _feedforward, _p, _activation) = (d_model, nhead, dim_feedforward, dropout, activation);
            SelfAttention = TransformerParts.Register(this, "self_attn", new MultiheadAttention(d_model, nhead, dropout, true, false, false, d_model, d_model));
            Linear1 = TransformerParts.Register(this, "linear1", new Linear(d_model, dim_feedforward, true, null, null));
            Dropout = TransformerParts.Register(this, "dropout", new Dropout(dropout, false));
            Linear2 = TransformerParts.Register(this, "linear2", new Linear(dim_feedforward, d_model, true, null, null));
            Norm1 = TransformerParts.Register(this, "norm1", TransformerParts.Norm(d_model));
            Norm2 = TransformerParts.Register(this, "norm2", TransformerParts.Norm(d_model));
            Dropout1 = TransformerParts.Register(this, "dropout1", new Dropout(dropout, false));
            Dropout2 = TransformerParts.Register(this, "dropout2", new Dropout(dropout, false));
        }

        private MultiheadAttention SelfAttention { get; }

        private Linear Linear1 { get; }

        private Dropout Dropout { get; }

        private Linear Linear2 { get; }

        private LayerNorm Norm1 { get; }

        private LayerNorm Norm2 { get; }

        private Dropout Dropout1 { get; }

        private Dropout Dropout2 { get; }

        public override torch.Tensor forward(torch.Tensor src) => call(src, null, null);

        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask) => call(src, src_mask, null);

        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask, torch.Tensor? src_key_padding_mask)
        {
            using var scope = torch.NewDisposeScope();
            var attended = SelfAttention.forward(src, src, src, src_key_padding_mask, false, src_mask).Item1;
            var x = Norm1.forward(src + Dropout1.forward(attended));
            return Norm2.forward(x + Dropout2.forward(TransformerParts.Feed(x, Linear1, _activation, Dropout, Linear2))).MoveToOuterDisposeScope();
        }

        internal TransformerEncoderLayer Another() => new(_dModel, _heads, _feedforward, _p, _activation);
    }

    /// <summary>A stack of copies of one layer.</summary>
    public sealed class TransformerEncoder
        : torch.nn.Module<torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor?, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor>
    {
        internal TransformerEncoder(TransformerEncoderLayer layer, long count, LayerNorm? norm)
            : base(nameof(TransformerEncoder))
        {
            Layers = TransformerParts.Copies(this, layer, count, layer.Another);
            if (norm is not null)
                Norm = TransformerParts.Register(this, "norm", norm);
        }

        public enum Activations
        {
            ReLU = 0,
            GELU = 1,
        }

        private ModuleList<TransformerEncoderLayer> Layers { get; }

        private LayerNorm? Norm { get; }

        public override torch.Tensor forward(torch.Tensor src, torch.Tensor? src_mask, torch.Tensor? src_key_padding_mask)
        {
            using var scope = torch.NewDisposeScope();
            var x = src.alias();
            foreach (var layer in Layers)
                x = layer.call(x, src_mask, src_key_padding_mask);
            return (Norm is null ? x : Norm.forward(x)).MoveToOuterDisposeScope();
        }

        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask) => call(src, src_mask, null);

        public torch.Tensor call(torch.Tensor src) => call(src, null, null);
    }
}
