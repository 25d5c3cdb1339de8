using System.Numerics;
using System.Runtime.InteropServices;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>The affine map from the bounds of a box to other bounds. Source: <c>gymnasium/wrappers/utils.py</c> 1.4.0, <c>rescale_box</c>.</summary>
internal sealed class BoxRescaling
{
    private readonly NDArray _gradient;
    private readonly NDArray _intercept;

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
        (_gradient, _intercept) = (new NDArray(box.DType, box.Shape), new NDArray(box.DType, box.Shape));
        for (var i = 0; i < _gradient.Length; i++)
        {
            var (low, high) = (BoxNumbers.Load(box.Low, i), BoxNumbers.Load(box.High, i));
            if (((double.IsInfinity(newMin) || double.IsInfinity(low)) && newMin != low) || (
                (double.IsInfinity(newMax) || double.IsInfinity(high)) && newMax != high))
            {
                throw new ArgumentException("For unbounded components, the target bounds must match the original infinity bounds.", nameof(newMin));
            }

            // float32 boxes keep float32 coefficients, as in NumPy.
            var hasBoth = double.IsFinite(newMin) && double.IsFinite(newMax);
            var gradient = NumPyPromotion.Round(hasBoth ? (newMax - newMin) / (high - low) : 1.0, box.DType);
            BoxNumbers.Store(_gradient, i, gradient);
            BoxNumbers.Store(
                _intercept,
                i,
                double.IsFinite(newMin) ? NumPyPromotion.Round(gradient * -low, box.DType) + newMin : double.IsFinite(newMax) ? newMax - high : 0.0);
        }
    }

    /// <summary>The box of the new bounds.</summary>
    public Box Space { get; }

    /// <summary>From the old bounds to the new.</summary>
    public ArrayTransform Forward => new Map(this, isForward: true);

    /// <summary>From the new bounds to the old.</summary>
    public ArrayTransform Backward => new Map(this, isForward: false);

    private sealed class Map(BoxRescaling rescaling, bool isForward) : ArrayTransform(rescaling.Space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            switch (rescaling.Space.DType)
            {
                case DType.Float32: Apply<float>(source, target); break;
                case DType.Float64: Apply<double>(source, target); break;
                default: Apply<Half>(source, target); break;
            }
        }

        private void Apply<T>(ReadOnlySpan<byte> source, Span<byte> target)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var values = MemoryMarshal.Cast<byte, T>(source);
            var results = MemoryMarshal.Cast<byte, T>(target);
            var gradient = rescaling._gradient.AsSpan<T>();
            var intercept = rescaling._intercept.AsSpan<T>();
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = isForward ? (gradient[i] * values[i]) + intercept[i] : (values[i] - intercept[i]) / gradient[i];
            }
        }
    }
}
