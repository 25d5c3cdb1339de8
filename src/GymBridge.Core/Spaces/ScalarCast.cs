using System.Diagnostics.CodeAnalysis;

namespace GymBridge.Spaces;

/// <summary>Casts one number as <c>np.asarray(number, dtype)</c> does.</summary>
internal static class ScalarCast
{
    /// <summary>The number as an array of shape ().</summary>
    /// <param name="value">bool, an integer or a float.</param>
    /// <param name="dtype">The type to cast to.</param>
    /// <param name="wraps">Whether an integer that does not fit loses its high bits, as NumPy's scalars do; Python's int is refused.</param>
    /// <param name="array">The array.</param>
    /// <returns>Whether there is such a number; NaN, infinities and what lies outside of int64 have no integer.</returns>
    public static bool TryCast(object value, DType dtype, bool wraps, [NotNullWhen(true)] out NDArray? array)
    {
        array = new NDArray(dtype, []);
        switch (value)
        {
            case double or float or Half:
                return TryStore(array, ToDouble(value));
            default:
                var integer = value is ulong large ? large : (Int128)Convert.ToInt64(value is bool flag ? (flag ? 1 : 0) : value);
                return TryStore(array, integer, wraps);
        }
    }

    private static double ToDouble(object value) => value switch { Half half => (double)half, float single => single, _ => (double)value };

    private static bool TryStore(NDArray array, double value)
    {
        if (array.DType.IsFloatingPoint() || array.DType == DType.Bool)
        {
            BoxNumbers.Store(array, 0, value);
            return true;
        }

        // 2^63 is the first float64 that int64 does not hold.
        const double End = 9223372036854775808.0;
        return value is >= -End and < End && TryStore(array, (Int128)Math.Truncate(value), wraps: true);
    }

    private static bool TryStore(NDArray array, Int128 value, bool wraps)
    {
        if (array.DType.IsFloatingPoint() || array.DType == DType.Bool)
        {
            BoxNumbers.Store(array, 0, (double)value);
            return true;
        }

        BoxNumbers.StoreInteger(array, 0, unchecked((long)value));
        return wraps || (array.DType == DType.UInt64 ? array.AsSpan<ulong>()[0] == value : BoxNumbers.LoadInteger(array, 0) == value);
    }
}
