namespace TorchSharp;

public static partial class torch
{
    public static IEnumerable<Tensor> atleast_1d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_1d());

    public static IEnumerable<Tensor> atleast_2d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_2d());

    public static IEnumerable<Tensor> atleast_3d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_3d());

    public static Tensor[] tensor_split(Tensor input, long indices_or_sections, long dim = 0) => input.tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long[] indices_or_sections, long dim = 0) => input.tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, Tensor indices_or_sections, long dim = 0) => input.tensor_split(indices_or_sections, dim);

    public static Tensor[] hsplit(Tensor input, long indices_or_sections) => input.hsplit(indices_or_sections);

    public static Tensor[] hsplit(Tensor input, long[] indices_or_sections) => input.hsplit(indices_or_sections);

    public static Tensor[] hsplit(Tensor input, Tensor indices_or_sections) => input.hsplit(indices_or_sections);

    public static Tensor[] hsplit(Tensor input, (long, long) indices_or_sections) => input.hsplit(indices_or_sections.Item1, indices_or_sections.Item2);

    public static Tensor[] hsplit(Tensor input, (long, long, long) indices_or_sections) =>
        input.hsplit(indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3);

    public static Tensor[] hsplit(Tensor input, (long, long, long, long) indices_or_sections) =>
        input.hsplit(indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3, indices_or_sections.Item4);

    public static Tensor[] vsplit(Tensor input, long[] indices_or_sections) => input.vsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, long size) => input.dsplit(size);

    public static Tensor[] dsplit(Tensor input, long[] indices_or_sections) => input.dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, Tensor indices_or_sections) => input.dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long) indices_or_sections) => input.dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long, long) indices_or_sections) => input.dsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, (long, long, long, long) indices_or_sections) => input.dsplit(indices_or_sections);

    public partial class Tensor
    {
        public Tensor atleast_1d() => Impl.Rank == 0 ? reshape(1) : alias();

        public Tensor atleast_2d() => Impl.Rank >= 2 ? alias() : Joining.AtLeast2(this);

        public Tensor atleast_3d() => Impl.Rank >= 3 ? alias() : atleast_2d().unsqueeze(-1);

        /// <summary>As many parts as asked for; the first ones are longer by one where it does not come out even.</summary>
        public Tensor[] tensor_split(long size, long dim = 0)
        {
            var d = (int)Shapes.Dim(dim, Impl.Rank);
            if (size < 1)
                throw Errors.Libtorch($"number of sections must be larger than 0, got {size}");
            var (each, longer) = Math.DivRem(Impl.Shape[d], size);
            var sizes = new long[size];
            for (var i = 0; i < size; i++)
                sizes[i] = each + (i < longer ? 1 : 0);
            return split(sizes, d);
        }

        /// <summary>The parts between the indices; a part whose indices cross is empty.</summary>
        public Tensor[] tensor_split(long[] sizes, long dim = 0)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var n = Impl.Shape[d];
            var parts = new Tensor[sizes.Length + 1];
            long start = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                var end = i == sizes.Length ? n : sizes[i] < 0 ? sizes[i] + n : sizes[i];
                var from = Math.Clamp(start, 0, n);
                parts[i] = narrow(d, from, Math.Max(0, Math.Clamp(end, 0, n) - from));
                start = end;
            }
            return parts;
        }

        public Tensor[] tensor_split(Tensor indices, long dim = 0)
        {
            if (indices.Impl.DType != ScalarType.Int64)
                throw Errors.Libtorch($"tensor_split expected tensor_indices_or_sections to have dtype of long, but got {indices.Impl.DType.Name()}");
            return indices.Impl.Rank == 0 ? tensor_split(indices.item<long>(), dim) : tensor_split(indices.data<long>().ToArray(), dim);
        }

        public Tensor[] hsplit(long size) => tensor_split(Divided(size, HorizontalDim()), HorizontalDim());

        public Tensor[] hsplit(params long[] sizes) => tensor_split(sizes, HorizontalDim());

        public Tensor[] hsplit(Tensor indices) => tensor_split(indices, HorizontalDim());

        public Tensor[] vsplit(long size) => tensor_split(Divided(size, SplitDim("vsplit", 0, 2)), 0);

        public Tensor[] vsplit(params long[] sizes) => tensor_split(sizes, SplitDim("vsplit", 0, 2));

        public Tensor[] vsplit(Tensor indices) => tensor_split(indices, SplitDim("vsplit", 0, 2));

        public Tensor[] dsplit(long size) => tensor_split(Divided(size, SplitDim("dsplit", 2, 3)), 2);

        public Tensor[] dsplit(params long[] sizes) => tensor_split(sizes, SplitDim("dsplit", 2, 3));

        public Tensor[] dsplit(Tensor indices) => tensor_split(indices, SplitDim("dsplit", 2, 3));

        public Tensor[] dsplit((long, long) indices_or_sections) => dsplit([indices_or_sections.Item1, indices_or_sections.Item2]);

        public Tensor[] dsplit((long, long, long) indices_or_sections) =>
            dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3]);

        public Tensor[] dsplit((long, long, long, long) indices_or_sections) =>
            dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3, indices_or_sections.Item4]);

        private int HorizontalDim() => Impl.Rank == 1 ? 0 : SplitDim("hsplit", 1, 1);

        private int SplitDim(string name, int dim, int rank) => Impl.Rank >= rank
            ? dim
            : throw new ArgumentException($"torch.{name} requires a tensor with at least {rank} dimension{(rank == 1 ? string.Empty : "s")}, but got a tensor with {Impl.Rank} dimensions!");

        private long Divided(long sections, int dim) => sections > 0 && Impl.Shape[dim] % sections == 0
            ? sections
            : throw new ArgumentException($"torch split into equal parts along dimension {dim}: its size {Impl.Shape[dim]} is not divisible by {sections}");
    }
}
