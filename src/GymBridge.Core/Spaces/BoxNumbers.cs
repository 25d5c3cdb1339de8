using System.Runtime.InteropServices;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Element access and NumPy's casting rules for <see cref="Box"/>.</summary>
internal static class BoxNumbers
{
    public static double Load(NDArray array, int index) => Load(array.Bytes, array.DType, index);

    public static double Load(ReadOnlySpan<byte> array, DType dtype, int index) => dtype switch
    {
        DType.Float64 => MemoryMarshal.Cast<byte, double>(array)[index],
        DType.Float32 => MemoryMarshal.Cast<byte, float>(array)[index],
        DType.Float16 => (double)MemoryMarshal.Cast<byte, Half>(array)[index],
        DType.UInt64 => MemoryMarshal.Cast<byte, ulong>(array)[index],
        _ => LoadInteger(array, dtype, index),
    };

    public static long LoadInteger(NDArray array, int index) => LoadInteger(array.Bytes, array.DType, index);

    public static long LoadInteger(ReadOnlySpan<byte> array, DType dtype, int index) => dtype switch
    {
        DType.Bool or DType.UInt8 => array[index],
        DType.Int8 => (sbyte)array[index],
        DType.Int16 => MemoryMarshal.Cast<byte, short>(array)[index],
        DType.UInt16 => MemoryMarshal.Cast<byte, ushort>(array)[index],
        DType.Int32 => MemoryMarshal.Cast<byte, int>(array)[index],
        DType.UInt32 => MemoryMarshal.Cast<byte, uint>(array)[index],
        _ => MemoryMarshal.Cast<byte, long>(array)[index],
    };

    public static void StoreInteger(NDArray array, int index, long value) => StoreInteger(array.Bytes, array.DType, index, value);

    /// <summary>Puts the low bytes of an integer into an array of integers.</summary>
    public static void StoreInteger(Span<byte> array, DType dtype, int index, long value)
    {
        var size = dtype.ItemSize();
        MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value))[..size].CopyTo(array.Slice(index * size, size));
    }

    public static void Store(NDArray array, int index, double value) => Store(array.Bytes, array.DType, index, value);

    public static void Store(Span<byte> array, DType dtype, int index, double value)
    {
        switch (dtype)
        {
            case DType.Float64: MemoryMarshal.Cast<byte, double>(array)[index] = value; break;
            case DType.Float32: MemoryMarshal.Cast<byte, float>(array)[index] = (float)value; break;
            case DType.Float16: MemoryMarshal.Cast<byte, Half>(array)[index] = (Half)value; break;
            case DType.Bool: array[index] = value != 0 ? (byte)1 : (byte)0; break;
            case DType.Int8: array[index] = (byte)(sbyte)value; break;
            case DType.UInt8: array[index] = (byte)value; break;
            case DType.Int16: MemoryMarshal.Cast<byte, short>(array)[index] = (short)value; break;
            case DType.UInt16: MemoryMarshal.Cast<byte, ushort>(array)[index] = (ushort)value; break;
            case DType.Int32: MemoryMarshal.Cast<byte, int>(array)[index] = (int)value; break;
            case DType.UInt32: MemoryMarshal.Cast<byte, uint>(array)[index] = (uint)value; break;
            case DType.Int64: MemoryMarshal.Cast<byte, long>(array)[index] = (long)value; break;
            default: MemoryMarshal.Cast<byte, ulong>(array)[index] = (ulong)value; break;
        }
    }

    public static void StoreBound(NDArray array, int index, double value, string name)
    {
        if (double.IsNaN(value))
        {
            throw new ArgumentException($"No {name} value can be equal to `np.nan`, got NaN at element {index}.", name);
        }

        if (!array.DType.IsFloatingPoint())
        {
            var (min, max) = Limits(array.DType);
            if (double.IsInfinity(value))
            {
                if (array.DType == DType.Bool || IsUnsigned(array.DType))
                {
                    throw new ArgumentException(
                        $"Box unsigned int dtype don't support `{(value < 0 ? "-np.inf" : "np.inf")}`, {name}={PythonText.Repr(value)}", name);
                }

                StoreLimit(array, index, value < 0);
                return;
            }

            if (value < min || value > max)
            {
                throw OutOfRange(array.DType, name, value, min, max);
            }
        }
        else if (double.IsFinite(value) && Math.Abs(value) > FloatLimit(array.DType))
        {
            throw OutOfRange(array.DType, name, value, -FloatLimit(array.DType), FloatLimit(array.DType));
        }

        Store(array, index, value);
    }

    /// <summary>The places of the least and the greatest element; (0, 0) for an empty array.</summary>
    public static (int Least, int Greatest) Extremes(NDArray array)
    {
        var (least, greatest) = (0, 0);
        for (var i = 1; i < array.Length; i++)
        {
            least = Compare(array, i, array, least) < 0 ? i : least;
            greatest = Compare(array, i, array, greatest) > 0 ? i : greatest;
        }

        return (least, greatest);
    }

    /// <summary>Compares two elements of the same type by value; NaN compares as 2.</summary>
    public static int Compare(NDArray left, int leftIndex, NDArray right, int rightIndex)
    {
        if (left.DType.IsFloatingPoint())
        {
            var (a, b) = (Load(left, leftIndex), Load(right, rightIndex));
            return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
        }

        return Exact(left, leftIndex).CompareTo(Exact(right, rightIndex));
    }

    /// <summary>A flat .NET array as an array of a shape with as many elements.</summary>
    public static NDArray FromArray(Array array, DType dtype, ReadOnlySpan<int> shape)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(array);
        return NDArray.FromBytes(dtype, shape, MemoryMarshal.CreateReadOnlySpan(ref first, array.Length * dtype.ItemSize()));
    }

    // gymnasium 1.4.0: the limits of the type, for int64 two less on each side, as float64 cannot hold them.
    public static double ClipToInteger(double value, DType dtype)
    {
        var (min, max) = dtype == DType.Int64 ? (long.MinValue + 2, long.MaxValue - 2) : Limits(dtype);
        return Math.Min(Math.Max(value, min), max);
    }

    /// <summary>NumPy's <c>can_cast(from, to)</c> with casting "safe".</summary>
    public static bool CanCast(DType from, DType to)
    {
        if (from == to || from == DType.Bool)
        {
            return true;
        }

        if (to == DType.Bool)
        {
            return false;
        }

        var (fromSize, toSize) = (from.ItemSize(), to.ItemSize());
        if (from.IsFloatingPoint())
        {
            return to.IsFloatingPoint() && toSize >= fromSize;
        }

        if (to.IsFloatingPoint())
        {
            return to == DType.Float64 || toSize > fromSize;
        }

        return (IsUnsigned(from), IsUnsigned(to)) switch
        {
            (true, false) => toSize > fromSize,
            (false, true) => false,
            _ => toSize >= fromSize,
        };
    }

    public static bool AllBetween(NDArray array, NDArray low, NDArray high)
    {
        if (array.DType == DType.Float32 && low.DType == DType.Float32)
        {
            var values = array.AsSpan<float>();
            var lows = low.AsSpan<float>();
            var highs = high.AsSpan<float>();
            for (var i = 0; i < values.Length; i++)
            {
                if (!(values[i] >= lows[i] && values[i] <= highs[i]))
                {
                    return false;
                }
            }

            return true;
        }

        for (var i = 0; i < array.Length; i++)
        {
            if (!IsBetween(array, low, high, i))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBetween(NDArray array, NDArray low, NDArray high, int index)
    {
        if (array.DType.IsFloatingPoint() || low.DType.IsFloatingPoint())
        {
            var value = Load(array, index);
            return value >= Load(low, index) && value <= Load(high, index);
        }

        var exact = Exact(array, index);
        return exact >= Exact(low, index) && exact <= Exact(high, index);
    }

    private static double FloatLimit(DType dtype) => dtype switch
    {
        DType.Float64 => double.MaxValue,
        DType.Float32 => float.MaxValue,
        _ => (double)Half.MaxValue,
    };

    private static ArgumentException OutOfRange(DType dtype, string name, double value, double min, double max) => new(
        $"Box {name} is out of bounds of the dtype range, {name}={PythonText.Repr(value)}; {dtype.Name()} holds {PythonText.Repr(min)} to {PythonText.Repr(max)}.",
        name);

    private static Int128 Exact(NDArray array, int index) =>
        array.DType == DType.UInt64 ? array.AsSpan<ulong>()[index] : LoadInteger(array, index);

    private static bool IsUnsigned(DType dtype) => dtype is DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64;

    private static (double Min, double Max) Limits(DType dtype)
    {
        if (dtype == DType.Bool)
        {
            return (0, 1);
        }

        var bits = dtype.ItemSize() * 8;
        return IsUnsigned(dtype) ? (0, Math.Pow(2, bits) - 1) : (-Math.Pow(2, bits - 1), Math.Pow(2, bits - 1) - 1);
    }

    private static void StoreLimit(NDArray array, int index, bool lowest)
    {
        var size = array.DType.ItemSize();
        var element = array.Bytes.Slice(index * size, size);
        if (array.DType == DType.Bool)
        {
            element[0] = lowest ? (byte)0 : (byte)1;
        }
        else if (IsUnsigned(array.DType))
        {
            element.Fill(lowest ? (byte)0 : (byte)0xFF);
        }
        else
        {
            element.Fill(lowest ? (byte)0 : (byte)0xFF);
            element[^1] = lowest ? (byte)0x80 : (byte)0x7F;
        }
    }
}
