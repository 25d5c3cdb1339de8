using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                max_norm is not null || scale_grad_by_freq || sparse
                    ? throw Errors.NotSupported("torch.nn.Embedding with max_norm, scale_grad_by_freq or sparse")
                    : new(num_embeddings, embedding_dims, padding_idx, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A row of a table for each index; the row of the padding index takes no gradient.</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long? _padding;

        internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Embedding))
        {
            _padding = padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
            weight = new Parameter(torch.randn([num_embeddings, embedding_dims], dtype, device));
            if (_padding is { } p)
            {
                using var _ = torch.no_grad();
                using var row = weight.select(0, p);
                row.zero_();
            }
        }

        public Parameter? weight
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight), value);
            }
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            var table = weight!;
            var rows = table.index_select(0, input.flatten()).reshape([.. input.Impl.Shape, table.Impl.Shape[1]]);
            if (_padding is not { } p)
                return rows;
            var padding = input.eq(p).unsqueeze(-1);
            return torch.where(padding, rows.detach(), rows);
        }
    }
}
