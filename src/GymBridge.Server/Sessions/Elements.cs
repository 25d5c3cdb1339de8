using System.Runtime.InteropServices;

namespace GymBridge.Server.Sessions;

/// <summary>Casts the elements of arrays as NumPy's <c>astype</c> does.</summary>
internal static class Elements
{
    /// <summary>Writes the elements of an array as another type.</summary>
    public static void Cast(NDArray source, DType dtype, Span<byte> target)
    {
        for (var i = 0; i < source.Length; i++)
        {
            var item = source.GetItem(i);
            if (dtype.IsFloatingPoint())
            {
                WriteFloat(item is Half half ? (double)half : Convert.ToDouble(item, null), dtype, i, target);
            }
            else
            {
                WriteInteger(ToInteger(item), dtype, i, target);
            }
        }
    }

    private static Int128 ToInteger(object item) => item switch
    {
        bool flag => flag ? 1 : 0,
        ulong number => number,
        float number => (long)number,
        double number => (long)number,
        Half number => (long)(double)number,
        _ => Convert.ToInt64(item, null),
    };

    private static void WriteFloat(double value, DType dtype, int index, Span<byte> target)
    {
        switch (dtype)
        {
            case DType.Float16: MemoryMarshal.Cast<byte, Half>(target)[index] = (Half)value; break;
            case DType.Float32: MemoryMarshal.Cast<byte, float>(target)[index] = (float)value; break;
            default: MemoryMarshal.Cast<byte, double>(target)[index] = value; break;
        }
    }

    private static void WriteInteger(Int128 value, DType dtype, int index, Span<byte> target)
    {
        if (dtype == DType.Bool)
        {
            target[index] = value == 0 ? (byte)0 : (byte)1;
            return;
        }

        // Two's complement: the low bytes are the number in the narrower type, wrapped as NumPy wraps it.
        var low = unchecked((ulong)value);
        var size = dtype.ItemSize();
        MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in low))[..size].CopyTo(target[(index * size)..]);
    }
}
