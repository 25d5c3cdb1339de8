namespace GymBridge.Training.Curves;

/// <summary>One metric of one run over its course.</summary>
/// <param name="X">Environment steps or seconds, ascending.</param>
/// <param name="Y">Values, as many.</param>
public sealed record Curve(IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The value at a place, on a straight line between its neighbours; the end's beyond an end.</summary>
    public double At(double x)
    {
        if (x <= X[0])
        {
            return Y[0];
        }

        if (x >= X[^1])
        {
            return Y[^1];
        }

        var (low, high) = (0, X.Count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = X[middle] <= x ? (middle, high) : (low, middle);
        }

        var width = X[high] - X[low];
        return width == 0 ? Y[high] : Y[low] + ((Y[high] - Y[low]) * (x - X[low]) / width);
    }
}
