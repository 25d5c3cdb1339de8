using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public enum Activations
            {
                ReLU = 0,
                GELU = 1,
            }

            public static Transformer Transformer(
                long d_model = 512, long nhead = 8, long num_encoder_layers = 6, long num_decoder_layers = 6,
                long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward, dropout, activation);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>An encoder and a decoder, each with a last LayerNorm; sequences are (length, batch, features).</summary>
    public sealed class Transformer : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
    {
        internal Transformer(
            long d_model, long nhead, long num_encoder_layers, long num_decoder_layers, long dim_feedforward, double dropout, torch.nn.Activations activation)
            : base(nameof(Transformer))
        {
            using var encoderLayer = new TransformerEncoderLayer(d_model, nhead, dim_feedforward, dropout, activation);
            Encoder = new TransformerEncoder(encoderLayer, num_encoder_layers, TransformerParts.Norm(d_model));
            register_module("encoder", Encoder);
            using var decoderLayer = new TransformerDecoderLayer(d_model, nhead, dim_feedforward, dropout, activation);
            Decoder = new TransformerDecoder(decoderLayer, num_decoder_layers, TransformerParts.Norm(d_model));
            register_module("decoder", Decoder);
            foreach (var p in parameters())
            {
                if (p.ndim > 1)
                    torch.nn.init.xavier_uniform_(p);
            }
        }

        private TransformerEncoder Encoder { get; }

        private TransformerDecoder Decoder { get; }

        public override torch.Tensor forward(torch.Tensor src, torch.Tensor tgt) => call(src, tgt, null);

        public torch.Tensor call(
            torch.Tensor src, torch.Tensor tgt, torch.Tensor? src_mask, torch.Tensor? tgt_mask = null, torch.Tensor? memory_mask = null,
            torch.Tensor? src_key_padding_mask = null, torch.Tensor? tgt_key_padding_mask = null, torch.Tensor? memory_key_padding_mask = null)
        {
            if (src.ndim != 3 || tgt.ndim != 3)
                throw Errors.Libtorch($"src and tgt should have 3 dimensions (length, batch, features), but got {Errors.Shape(src.Impl.Shape)} and {Errors.Shape(tgt.Impl.Shape)}");
            if (src.size(1) != tgt.size(1))
                throw Errors.Libtorch($"src and tgt should have equal batch size (at dim 1), but got {src.size(1)} and {tgt.size(1)}");
            using var scope = torch.NewDisposeScope();
            var memory = Encoder.forward(src, src_mask, src_key_padding_mask);
            return Decoder.forward(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask).MoveToOuterDisposeScope();
        }
    }
}
