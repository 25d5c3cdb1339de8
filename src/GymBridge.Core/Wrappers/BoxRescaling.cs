using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>The affine map from the bounds of a box to other bounds. Source: <c>gymnasium/wrappers/utils.py</c> 1.4.0, <c>rescale_box</c>.</summary>
internal sealed class BoxRescaling
{
    private readonly double[] _gradient;
    private readonly double[] _intercept;

    public BoxRescaling(Box box, double newMin, double newMax)
    {
        if (!box.DType.IsFloatingPoint())
        {
            throw new ArgumentException($"Rescaling requires a Box of floats, got {box}; use DtypeObservation first.", nameof(box));
        }

        if (!(newMin <= newMax))
        {
            throw new ArgumentException(
                $"Expected new_min to be less than or equal to new_max, got {PythonText.Repr(newMin)} and {PythonText.Repr(newMax)}", nameof(newMin));
        }

        Space = new Box(newMin, newMax, box.Shape, box.DType);
        (_gradient, _intercept) = (new double[box.Low.Length], new double[box.Low.Length]);
        for (var i = 0; i < _gradient.Length; i++)
        {
            var (low, high) = (BoxNumbers.Load(box.Low, i), BoxNumbers.Load(box.High, i));
            if (((double.IsInfinity(newMin) || double.IsInfinity(low)) && newMin != low) || ((double.IsInfinity(newMax) || double.IsInfinity(high)) && newMax != high))
            {
                throw new ArgumentException("For unbounded components, the target bounds must match the original infinity bounds.", nameof(newMin));
            }

            // float32 boxes keep float32 coefficients, as in NumPy.
            var hasBoth = double.IsFinite(newMin) && double.IsFinite(newMax);
            _gradient[i] = Round(box, hasBoth ? (newMax - newMin) / (high - low) : 1.0);
            _intercept[i] = double.IsFinite(newMin) ? Round(box, Round(box, _gradient[i] * -low) + newMin)
                : double.IsFinite(newMax) ? Round(box, newMax - high) : 0.0;
        }
    }

    /// <summary>The box of the new bounds.</summary>
    public Box Space { get; }

    /// <summary>From the old bounds to the new.</summary>
    public NDArray Forward(NDArray value) => Map(value, (x, i) => Round(Space, Round(Space, _gradient[i] * x) + _intercept[i]));

    /// <summary>From the new bounds to the old.</summary>
    public NDArray Backward(NDArray value) => Map(value, (x, i) => Round(Space, x - _intercept[i]) / _gradient[i]);

    private static NDArray Map(NDArray value, Func<double, int, double> map)
    {
        var result = new NDArray(value.DType, value.Shape.AsSpan());
        for (var i = 0; i < value.Length; i++)
        {
            BoxNumbers.Store(result, i, map(BoxNumbers.Load(value, i), i));
        }

        return result;
    }

    private static double Round(Box box, double value) => box.DType switch
    {
        DType.Float32 => (float)value,
        DType.Float16 => (double)(Half)value,
        _ => value,
    };
}
