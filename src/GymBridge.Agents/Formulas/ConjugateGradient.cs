namespace GymBridge.Agents.Formulas;

/// <summary>Solves A x = b for a symmetric positive definite A that is known by its products alone.</summary>
public static class ConjugateGradient
{
    /// <summary>An approximate solution, started at zero.</summary>
    /// <param name="multiply">v to A v.</param>
    /// <param name="b">The right side.</param>
    /// <param name="iterations">Most steps; as many as b has elements solve it but for rounding.</param>
    /// <param name="tolerance">Stops once the squared residual is below this.</param>
    /// <remarks>Source: Hestenes and Stiefel 1952; as in sb3_contrib/common/utils.py, conjugate_gradient_solver.</remarks>
    public static double[] Solve(Func<double[], double[]> multiply, ReadOnlySpan<double> b, int iterations, double tolerance = 1e-10)
    {
        ArgumentNullException.ThrowIfNull(multiply);
        var x = new double[b.Length];
        var residual = b.ToArray();
        var direction = b.ToArray();
        var square = Dot(residual, residual);
        for (var i = 0; i < iterations && square >= tolerance; i++)
        {
            var product = multiply(direction);
            var alpha = square / Dot(direction, product);
            for (var j = 0; j < x.Length; j++)
            {
                x[j] += alpha * direction[j];
                residual[j] -= alpha * product[j];
            }

            var next = Dot(residual, residual);
            for (var j = 0; j < x.Length; j++)
            {
                direction[j] = residual[j] + (next / square * direction[j]);
            }

            square = next;
        }

        return x;
    }

    /// <summary>The inner product of two vectors, summed in order.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
