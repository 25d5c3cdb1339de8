using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static TransformerDecoderLayer TransformerDecoderLayer(
                long d_model = 512, long nhead = 8, long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, dim_feedforward, dropout, activation);

            public static TransformerDecoder TransformerDecoder(TransformerDecoderLayer decoder_layer, long num_layers) => new(decoder_layer, num_layers, null);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Self-attention, attention to the encoder's output and a feed-forward network, each followed by dropout, the sum with its
    /// input and LayerNorm.</summary>
    public sealed class TransformerDecoderLayer
        : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor?, torch.Tensor?, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>
    {
        private readonly long _dModel;
        private readonly long _heads;
        private readonly long _feedforward;
        private readonly double _p;
        private readonly torch.nn.Activations _activation;

        internal TransformerDecoderLayer(long d_model, long nhead, long dim_feedforward, double dropout, torch.nn.Activations activation)
            : base(nameof(TransformerDecoderLayer))
        {
            (_dModel, _heads, _feedforward, _p, _activation) = (d_model, nhead, dim_feedforward, dropout, activation);
            SelfAttention = TransformerParts.Register(this, "self_attn", new MultiheadAttention(d_model, nhead, dropout, true, false, false, d_model, d_model));
            Dropout1 = TransformerParts.Register(this, "dropout1", new Dropout(dropout, false));
            Norm1 = TransformerParts.Register(this, "norm1", TransformerParts.Norm(d_model));
            MemoryAttention = TransformerParts.Register(this, "multihead_attn", new MultiheadAttention(d_model, nhead, dropout, true, false, false, d_model, d_model));
            Dropout2 = TransformerParts.Register(this, "dropout2", new Dropout(dropout, false));
            Norm2 = TransformerParts.Register(this, "norm2", TransformerParts.Norm(d_model));
            Linear1 = TransformerParts.Register(this, "linear1", new Linear(d_model, dim_feedforward, true, null, null));
            Dropout = TransformerParts.Register(this, "dropout", new Dropout(dropout, false));
            Linear2 = TransformerParts.Register(this, "linear2", new Linear(dim_feedforward, d_model, true, null, null));
            Dropout3 = TransformerParts.Register(this, "dropout3", new Dropout(dropout, false));
            Norm3 = TransformerParts.Register(this, "norm3", TransformerParts.Norm(d_model));
        }

        private MultiheadAttention SelfAttention { get; }

        private Dropout Dropout1 { get; }

        private LayerNorm Norm1 { get; }

        private MultiheadAttention MemoryAttention { get; }

        private Dropout Dropout2 { get; }

        private LayerNorm Norm2 { get; }

        private Linear Linear1 { get; }

        private Dropout Dropout { get; }

        private Linear Linear2 { get; }

        private Dropout Dropout3 { get; }

        private LayerNorm Norm3 { get; }

        public override torch.Tensor forward(
            torch.Tensor tgt, torch.Tensor memory, torch.Tensor? tgt_mask, torch.Tensor? memory_mask,
            torch.Tensor? tgt_key_padding_mask, torch.Tensor? memory_key_padding_mask)
        {
            using var scope = torch.NewDisposeScope();
            var x = Norm1.forward(tgt + Dropout1.forward(SelfAttention.forward(tgt, tgt, tgt, tgt_key_padding_mask, false, tgt_mask).Item1));
            x = Norm2.forward(x + Dropout2.forward(MemoryAttention.forward(x, memory, memory, memory_key_padding_mask, false, memory_mask).Item1));
            return Norm3.forward(x + Dropout3.forward(TransformerParts.Feed(x, Linear1, _activation, Dropout, Linear2))).MoveToOuterDisposeScope();
        }

        public new torch.Tensor call(
            torch.Tensor tgt, torch.Tensor memory, torch.Tensor? tgt_mask, torch.Tensor? memory_mask = null,
            torch.Tensor? tgt_key_padding_mask = null, torch.Tensor? memory_key_padding_mask = null) =>
            base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        public torch.Tensor call(torch.Tensor tgt, torch.Tensor memory) => base.call(tgt, memory, null, null, null, null);

        internal TransformerDecoderLayer Another() => new(_dModel, _heads, _feedforward, _p, _activation);
    }

    /// <summary>A stack of copies of one layer.</summary>
    public sealed class TransformerDecoder
        : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor?, torch.Tensor?, torch.Tensor>
    {
        internal TransformerDecoder(TransformerDecoderLayer layer, long count, LayerNorm? norm)
            : base(nameof(TransformerDecoder))
        {
            Layers = TransformerParts.Copies(this, layer, count, layer.Another);
            if (norm is not null)
                Norm = TransformerParts.Register(this, "norm", norm);
        }

        private ModuleList<TransformerDecoderLayer> Layers { get; }

        private LayerNorm? Norm { get; }

        public override torch.Tensor forward(
            torch.Tensor tgt, torch.Tensor memory, torch.Tensor? tgt_mask, torch.Tensor? memory_mask = null,
            torch.Tensor? tgt_key_padding_mask = null, torch.Tensor? memory_key_padding_mask = null)
        {
            using var scope = torch.NewDisposeScope();
            var x = tgt.alias();
            foreach (var layer in Layers)
                x = layer.forward(x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
            return (Norm is null ? x : Norm.forward(x)).MoveToOuterDisposeScope();
        }

        public new torch.Tensor call(
            torch.Tensor tgt, torch.Tensor memory, torch.Tensor? tgt_mask, torch.Tensor? memory_mask = null,
            torch.Tensor? tgt_key_padding_mask = null, torch.Tensor? memory_key_padding_mask = null) =>
            base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        public torch.Tensor call(torch.Tensor tgt, torch.Tensor memory) => base.call(tgt, memory, null, null, null, null);
    }
}
