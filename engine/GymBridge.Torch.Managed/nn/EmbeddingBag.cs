using TorchSharp.Modules;

namespace TorchSharp
{
    public enum EmbeddingBagMode
    {
        Sum = 0,
        Mean = 1,
        Max = 2,
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static EmbeddingBag EmbeddingBag(
                long num_embeddings, long embedding_dims, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false,
                long padding_index = -1, Device? device = null, ScalarType? dtype = null)
            {
                if (scale_grad_by_freq || sparse)
                    throw Errors.NotSupported("torch.nn.EmbeddingBag with scale_grad_by_freq or sparse");
                return new(num_embeddings, embedding_dims, max_norm, norm_type, mode, include_last_offset, padding_index, device, dtype);
            }

            /// <summary>An embedding bag that looks up in the given table itself; frozen, it takes no gradient.</summary>
            public static EmbeddingBag EmbeddingBag_from_pretrained(
                Tensor embeddings, bool freeze = true, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false,
                long padding_index = -1, Device? device = null, ScalarType? dtype = null)
            {
                if (scale_grad_by_freq || sparse)
                    throw Errors.NotSupported("torch.nn.EmbeddingBag_from_pretrained with scale_grad_by_freq or sparse");
                return new(EmbeddingTable.Pretrained(embeddings, freeze, device, dtype), max_norm, norm_type, mode, include_last_offset, padding_index);
            }
        }
    }
}

namespace GymBridge.Torch.Managed
{
    internal static class EmbeddingTable
    {
        // Keeps a row that is a little too long from being scaled again and again.
        private const double NormEpsilon = 1e-7;

        public static Parameter Pretrained(Tensor embeddings, bool freeze, Device? device, ScalarType? dtype)
        {
            if (embeddings.ndim != 2)
                throw Errors.Libtorch($"Embeddings parameter is expected to be 2-dimensional, but has shape {Errors.Shape(embeddings.Impl.Shape)}");
            return new Parameter(embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device), !freeze);
        }

        /// <summary>Rows that are looked up and longer than the limit are shortened in the table itself.</summary>
        public static void Renormalize(Tensor table, Tensor input, double? limit, double normType)
        {
            if (limit is not { } most)
                return;
            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            foreach (var index in input.flatten().to(torch.ScalarType.Int64).unique().output.data<long>().ToArray())
            {
                var row = table.select(0, index);
                var norm = row.norm((float)normType).ToDouble();
                if (norm > most)
                    row.mul_(most / (norm + NormEpsilon));
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>The sum, mean or maximum of the rows of a table that each bag names.</summary>
    public sealed class EmbeddingBag
        : torch.nn.Module<torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>,
          torch.nn.IModule<torch.Tensor, torch.Tensor?, torch.Tensor?, torch.Tensor>
    {
        private readonly double? _maxNorm;
        private readonly double _normType;
        private readonly EmbeddingBagMode _mode;
        private readonly bool _lastOffset;
        private readonly long _padding;

        internal EmbeddingBag(
            long num_embeddings, long embedding_dims, double? max_norm, double norm_type, EmbeddingBagMode mode,
            bool include_last_offset, long padding_index, torch.Device? device, torch.ScalarType? dtype)
            : this(new Parameter(torch.randn([num_embeddings, embedding_dims], dtype, device)), max_norm, norm_type, mode, include_last_offset, padding_index)
        {
            if (_padding < 0)
                return;
            using var _ = torch.no_grad();
            using var row = weight!.select(0, _padding);
            row.zero_();
        }

        internal EmbeddingBag(Parameter table, double? max_norm, double norm_type, EmbeddingBagMode mode, bool include_last_offset, long padding_index)
            : base(nameof(EmbeddingBag))
        {
            if (padding_index >= table.size(0))
                throw Errors.Libtorch($"Padding_idx must be within num_embeddings: {padding_index} is not, of {table.size(0)}");
            _maxNorm = max_norm;
            _normType = norm_type;
            _mode = mode;
            _lastOffset = include_last_offset;
            _padding = padding_index;
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

        /// <summary>(bags, embedding_dims). Entries that are the padding index count nothing; a bag without entries is zero.</summary>
        /// <param name="input">Indices: one bag a row, or all of them in a vector.</param>
        /// <param name="offsets">Where in the vector each bag starts.</param>
        /// <param name="perSampleWeights">A factor for each index, for sums.</param>
        public override torch.Tensor forward(torch.Tensor input, torch.Tensor? offsets, torch.Tensor? perSampleWeights)
        {
            if (perSampleWeights is not null && _mode != EmbeddingBagMode.Sum)
                throw Errors.Libtorch($"embedding_bag: per_sample_weights is only supported for mode='sum' (got mode='{_mode}')");
            if (perSampleWeights is not null && !Shapes.Same(perSampleWeights.Impl.Shape, input.Impl.Shape))
                throw Errors.Libtorch($"embedding_bag: per_sample_weights of {Errors.Shape(perSampleWeights.Impl.Shape)} must have the same shape as the input, {Errors.Shape(input.Impl.Shape)}");
            using var scope = torch.NewDisposeScope();
            var table = weight!;
            EmbeddingTable.Renormalize(table, input, _maxNorm, _normType);
            var (entries, used) = Bags(input, offsets);
            var rows = table.index_select(
                0, input.to(torch.ScalarType.Int64).flatten().index_select(0, entries.flatten())).reshape([.. entries.Impl.Shape, table.size(1)]);
            var unused = used.logical_not();
            torch.Tensor result;
            if (_mode == EmbeddingBagMode.Max)
            {
                var empty = unused.all(1, keepdim: true);
                result = rows.masked_fill(unused.unsqueeze(2), double.NegativeInfinity).max(1).values.masked_fill(empty, 0);
            }
            else
            {
                if (perSampleWeights is not null)
                    rows = rows * perSampleWeights.flatten().index_select(0, entries.flatten()).reshape([.. entries.Impl.Shape, 1]);
                result = rows.masked_fill(unused.unsqueeze(2), 0).sum(1);
                if (_mode == EmbeddingBagMode.Mean)
                    result = result / used.sum(1, keepdim: true).clamp_min(1);
            }
            return result.MoveToOuterDisposeScope();
        }

        public new torch.Tensor call(torch.Tensor input, torch.Tensor? offsets, torch.Tensor? perSampleWeights)
        {
            if (!input.is_integral())
                throw new ArgumentException($"Embedding input must be an integral tensor, not {input.dtype.Name()}.");
            if (offsets is not null && input.dtype != offsets.dtype)
                throw new ArgumentException($"input and offsets must have the same element type, but are {input.dtype.Name()} and {offsets.dtype.Name()}.");
            if (input.ndim == 1 && offsets is null)
                throw new ArgumentException("'offsets' must be non-null for a 1-D input.");
            if (input.ndim == 2 && offsets is not null)
                throw new ArgumentException("'offsets' must be null for a 2-D input.");
            if (input.ndim is not (1 or 2))
                throw Errors.Libtorch($"input has to be a 1D or 2D Tensor, but got Tensor of dimension {input.ndim}");
            return base.call(input, offsets, perSampleWeights);
        }

        public torch.Tensor call(torch.Tensor input, torch.Tensor? offsets) => call(input, offsets, null);

        public torch.Tensor call(torch.Tensor input) => call(input, null, null);

        /// <summary>For each bag the places of its indices in the input, filled up to the longest bag, and which of them count.</summary>
        private (torch.Tensor Entries, torch.Tensor Used) Bags(torch.Tensor input, torch.Tensor? offsets)
        {
            var indices = input.to(torch.ScalarType.Int64).contiguous().data<long>().ToArray();
            long[] starts = offsets is null
                ? [.. Enumerable.Range(0, (int)input.size(0) + 1).Select(b => b * input.size(1))]
                : offsets.to(torch.ScalarType.Int64).contiguous().data<long>().ToArray();
            if (offsets is not null)
            {
                if (starts.Length == 0 || starts[0] != 0)
                    throw Errors.Libtorch("offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0.");
                if (!_lastOffset)
                    starts = [.. starts, indices.Length];
            }
            for (var b = 1; b < starts.Length; b++)
            {
                if (starts[b] < starts[b - 1] || starts[b] > indices.Length)
                    throw Errors.Libtorch($"offsets must rise and be at most the number of indices, {indices.Length}, but {starts[b]} follows {starts[b - 1]}");
            }
            var bags = starts.Length - 1;
            var longest = Math.Max(1, Enumerable.Range(0, bags).Select(b => starts[b + 1] - starts[b]).DefaultIfEmpty(0).Max());
            var entries = new long[bags * longest];
            var used = new bool[bags * longest];
            for (var b = 0; b < bags; b++)
            {
                for (var at = starts[b]; at < starts[b + 1]; at++)
                {
                    entries[(b * longest) + at - starts[b]] = at;
                    used[(b * longest) + at - starts[b]] = _padding < 0 || indices[at] != _padding;
                }
            }
            return (torch.tensor(entries, [bags, longest]), torch.tensor(used, [bags, longest]));
        }
    }
}
