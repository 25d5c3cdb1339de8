using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>Equal bins between the bounds of each element of a box, with the arithmetic of <c>np.linspace</c>.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/transform_observation.py</c> and <c>transform_action.py</c> 1.4.0,
/// <c>numpy/_core/function_base.py</c> 2.4.6.</remarks>
internal sealed class BoxBins
{
    private readonly int[] _bins;
    private readonly double[][] _edges;

    /// <summary>Divides a box.</summary>
    /// <param name="box">The box; every element has two finite bounds.</param>
    /// <param name="bins">The number of bins of each element, or one number for all.</param>
    /// <param name="kind">What the box is of: observation or action.</param>
    public BoxBins(Box box, ReadOnlySpan<int> bins, string kind)
    {
        var length = box.Low.Length;
        if (bins.Length != 1 && bins.Length != length)
        {
            throw new ArgumentException($"bins must match {kind} dimensions: expected {length}, got {bins.Length}", nameof(bins));
        }

        _bins = new int[length];
        _edges = new double[length][];
        Type = box.DType.IsFloatingPoint() ? box.DType : DType.Float64;
        for (var i = 0; i < length; i++)
        {
            _bins[i] = bins[bins.Length == 1 ? 0 : i];
            if (_bins[i] < 1)
            {
                throw new ArgumentException($"Each element needs one bin at least, got {_bins[i]}", nameof(bins));
            }

            var (low, high) = (BoxNumbers.Load(box.Low, i), BoxNumbers.Load(box.High, i));
            if (!double.IsFinite(low) || !double.IsFinite(high))
            {
                throw new ArgumentException(
                    $"Discretization requires {kind} space to be finite. Found: low={NumPyText.Format(box.Low)}, high={NumPyText.Format(box.High)}", nameof(box));
            }

            _edges[i] = LinSpace(low, high, _bins[i], Type);
        }
    }

    /// <summary>The type of the edges: that of the box, or float64 for integers.</summary>
    public DType Type { get; }

    /// <summary>Number of elements.</summary>
    public int Length => _bins.Length;

    /// <summary>The edges of one element's bins, both ends included.</summary>
    public ReadOnlySpan<double> Edges(int element) => _edges[element];

    /// <summary>Number of bins of one element.</summary>
    public int Count(int element) => _bins[element];

    /// <summary>The space of bins: all in one number, or one number for each element.</summary>
    public Space Space(bool multidiscrete) => multidiscrete
        ? new MultiDiscrete(NDArray.From(Array.ConvertAll(_bins, bin => (long)bin)))
        : new Discrete(_bins.Aggregate(1L, (product, bin) => checked(product * bin)));

    private static double[] LinSpace(double start, double stop, int steps, DType dtype)
    {
        var delta = NumPyPromotion.Round(stop - start, dtype);
        var step = NumPyPromotion.Round(delta / steps, dtype);
        var values = new double[steps + 1];
        for (var i = 0; i < steps; i++)
        {
            // A step that underflows is multiplied at the end, as in NumPy.
            var offset = step == 0 ? NumPyPromotion.Round(i / (double)steps, dtype) * delta : i * step;
            values[i] = NumPyPromotion.Round(NumPyPromotion.Round(offset, dtype) + start, dtype);
        }

        values[steps] = stop;
        return values;
    }
}
