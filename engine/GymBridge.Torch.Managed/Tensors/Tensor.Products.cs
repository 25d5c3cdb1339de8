namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Products.MatMul(this, target);

        public Tensor mm(Tensor target) => Products.MatrixMatrix(this, target);

        public Tensor bmm(Tensor batch2) => Products.Batched(this, batch2);

        public Tensor mv(Tensor target)
        {
            if (Impl.Rank != 2 || target.Impl.Rank != 1)
                throw Errors.Libtorch($"vector + matrix @ vector expected, got {Errors.Shape(Impl.Shape)} and {Errors.Shape(target.Impl.Shape)}");
            return Products.MatMul(this, target);
        }

        public Tensor dot(Tensor target)
        {
            if (Impl.Rank != 1 || target.Impl.Rank != 1 || Impl.Shape[0] != target.Impl.Shape[0])
                throw Errors.Libtorch($"1D tensors of equal length expected, but got {Errors.Shape(Impl.Shape)} and {Errors.Shape(target.Impl.Shape)}");
            return Products.MatrixMatrix(unsqueeze(0), target.unsqueeze(1)).reshape([]);
        }

        public Tensor vdot(Tensor target) => dot(target);

        public Tensor outer(Tensor vec2)
        {
            if (Impl.Rank != 1 || vec2.Impl.Rank != 1)
                throw Errors.Libtorch($"outer: Expected 1-D arguments, but got {Errors.Shape(Impl.Shape)} and {Errors.Shape(vec2.Impl.Shape)}");
            return unsqueeze(1) * vec2.unsqueeze(0);
        }

        public Tensor ger(Tensor vec2) => outer(vec2);

        public Tensor inner(Tensor vec2) =>
            Impl.Rank == 0 || vec2.Impl.Rank == 0 ? this * vec2 : Impl.Rank == 1 && vec2.Impl.Rank == 1 ? dot(vec2) : tensordot(vec2, [-1], [-1]);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) => Affine(mat1.mm(mat2), beta, alpha);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) => Autograd.Assign(this, addmm(mat1, mat2, beta, alpha));

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) => Affine(mat.mv(vec), beta, alpha);

        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) => Autograd.Assign(this, addmv(mat, vec, beta, alpha));

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1f, float alpha = 1f) => Affine(vec1.outer(vec2), beta, alpha);

        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1f, float alpha = 1f) => Autograd.Assign(this, addr(vec1, vec2, beta, alpha));

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Affine(batch1.bmm(batch2), beta, alpha);

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Affine(batch1.bmm(batch2).sum(dim: 0), beta, alpha);

        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Autograd.Assign(this, addbmm(batch1, batch2, beta, alpha));

        public Tensor tensordot(Tensor b, long dims = 2)
        {
            var first = new long[dims];
            var second = new long[dims];
            for (var i = 0; i < dims; i++)
            {
                first[i] = Impl.Rank - dims + i;
                second[i] = i;
            }
            return tensordot(b, first, second);
        }

        public Tensor tensordot(Tensor b, (long, long)[] dims) => tensordot(b, [.. dims.Select(d => d.Item1)], [.. dims.Select(d => d.Item2)]);

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2)
        {
            var left = dims1.Select(d => (long)Shapes.Dim(d, Impl.Rank)).ToArray();
            var right = dims2.Select(d => (long)Shapes.Dim(d, b.Impl.Rank)).ToArray();
            var keepLeft = Enumerable.Range(0, Impl.Rank).Select(i => (long)i).Except(left).ToArray();
            var keepRight = Enumerable.Range(0, b.Impl.Rank).Select(i => (long)i).Except(right).ToArray();
            long k = 1;
            foreach (var d in left)
                k *= Impl.Shape[d];
            var x = permute([.. keepLeft, .. left]).reshape(-1, k);
            var y = b.permute([.. right, .. keepRight]).reshape(k, -1);
            return x.mm(y).reshape([.. keepLeft.Select(d => Impl.Shape[d]), .. keepRight.Select(d => b.Impl.Shape[d])]);
        }

        public Tensor softmax(long dim, ScalarType? dtype = null) => SoftmaxKernel.Run(this, dim, dtype, log: false);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => SoftmaxKernel.Run(this, dim, dtype, log: true);

        private Tensor Affine(Tensor product, float beta, float alpha)
        {
            var scaled = alpha == 1 ? product : product * alpha;
            return beta == 1 ? this + scaled : (this * beta) + scaled;
        }
    }
}
