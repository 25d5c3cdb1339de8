using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                scale_grad_by_freq || sparse
                    ? throw Errors.NotSupported("torch.nn.Embedding with scale_grad_by_freq or sparse")
                    : new(num_embeddings, embedding_dims, padding_idx, max_norm, norm_type, device, dtype);

            /// <summary>An embedding that looks up in the given table itself; frozen, it takes no gradient.</summary>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                scale_grad_by_freq || sparse
                    ? throw Errors.NotSupported("torch.nn.Embedding_from_pretrained with scale_grad_by_freq or sparse")
                    : new(EmbeddingTable.Pretrained(embeddings, freeze, device, dtype), padding_idx, max_norm, norm_type);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A row of a table for each index; the row of the padding index takes no gradient.</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long? _padding;
        private readonly double? _maxNorm;
        private readonly double _normType;

        internal Embedding(
            long num_embeddings, long embedding_dims, long? padding_idx, double? max_norm, double norm_type, torch.Device? device, torch.ScalarType? dtype)
            : this(new Parameter(torch.randn([num_embeddings, embedding_dims], dtype, device)), padding_idx, max_norm, norm_type)
        {
            if (_padding is { } p)
            {
                using var _ = torch.no_grad();
                using var row = weight!.select(0, p);
                row.zero_();
            }
        }

        internal Embedding(Parameter table, long? padding_idx, double? max_norm, double norm_type)
            : base(nameof(Embedding))
        {
            var rows = table.size(0);
            if (padding_idx < -rows || padding_idx >= rows)
                throw Errors.Libtorch($"Padding_idx must be within num_embeddings: {padding_idx} is not, of {rows}");
            _maxNorm = max_norm;
            _normType = norm_type;
            _padding = padding_idx < 0 ? padding_idx + rows : padding_idx;
            weight = table;
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
            EmbeddingTable.Renormalize(table, input, _maxNorm, _normType);
            var rows = table.index_select(0, input.flatten()).reshape([.. input.Impl.Shape, table.Impl.Shape[1]]);
            if (_padding is not { } p)
                return rows;
            var padding = input.eq(p).unsqueeze(-1);
            return torch.where(padding, rows.detach(), rows);
        }
    }
}
