namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>The lower triangular factor of symmetric positive-definite matrices, of which the lower triangle is read.</summary>
        public static Tensor cholesky(Tensor input) => Triangular.Cholesky(input);

        /// <summary>The X of A X = B (of X A = B with <paramref name="left"/> false) for a triangular A.</summary>
        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null)
        {
            var result = left ? Triangular.Solve(A, B, upper, unitriangular) : Triangular.Solve(A.mT, B.mT, !upper, unitriangular).mT;
            return @out is null ? result : Autograd.Assign(@out, result);
        }
    }
}
