using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                scale_grad_by_freq || sparse
                    ? throw Errors.NotSupported("torch.nn.Embedding with scale_grad_by_freq or sparse")
                    : new(num_embeddings, embedding_dims, padding_idx, max_norm, norm_type, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A row of a table for each index; the row of the padding index takes no gradient.</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        // Keeps a row that is a little too long from being scaled again and again.
        private const double NormEpsilon = 1e-7;

        private readonly long? _padding;
        private readonly double? _maxNorm;
        private readonly double _normType;

        internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, double? max_norm, double norm_type, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Embedding))
        {
            _maxNorm = max_norm;
            _normType = norm_type;
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
            Renormalize(table, input);
            var rows = table.index_select(0, input.flatten()).reshape([.. input.Impl.Shape, table.Impl.Shape[1]]);
            if (_padding is not { } p)
                return rows;
            var padding = input.eq(p).unsqueeze(-1);
            return torch.where(padding, rows.detach(), rows);
        }

        // Rows that are looked up and longer than the limit are shortened in the table itself.
        private void Renormalize(torch.Tensor table, torch.Tensor input)
        {
            if (_maxNorm is not { } limit)
                return;
            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            foreach (var index in input.flatten().to(torch.ScalarType.Int64).unique().output.data<long>().ToArray())
            {
                var row = table.select(0, index);
                var norm = row.norm((float)_normType).ToDouble();
                if (norm > limit)
                    row.mul_(limit / (norm + NormEpsilon));
            }
        }
    }
}
