namespace GymBridge.Spaces;

/// <summary>NumPy's type promotion.</summary>
internal static class NumPyPromotion
{
    // In the order in which a type is preferred: the first that both cast to safely.
    private static readonly DType[] Order =
    [
        DType.Bool, DType.Int8, DType.UInt8, DType.Int16, DType.UInt16, DType.Int32, DType.UInt32, DType.Int64, DType.UInt64,
        DType.Float16, DType.Float32, DType.Float64,
    ];

    /// <summary><c>np.result_type</c> of two types: the smallest that holds both.</summary>
    public static DType Promote(DType a, DType b)
    {
        foreach (var dtype in Order)
        {
            if (BoxNumbers.CanCast(a, dtype) && BoxNumbers.CanCast(b, dtype))
            {
                return dtype;
            }
        }

        throw new ArgumentException($"There is no type for {a.Name()} and {b.Name()} together.", nameof(b));
    }

    /// <summary><c>np.result_type</c> of several types.</summary>
    public static DType Promote(IEnumerable<DType> dtypes) => dtypes.Aggregate(Promote);

    /// <summary>The result of one operation in a floating-point type, from that in float64: rounding twice is rounding once here.</summary>
    public static double Round(double value, DType dtype) => dtype switch
    {
        DType.Float32 => (float)value,
        DType.Float16 => (double)(Half)value,
        _ => value,
    };

    /// <summary>The array with its elements as another type, as NumPy's <c>astype</c>.</summary>
    public static NDArray Cast(NDArray array, DType dtype)
    {
        if (array.DType == dtype)
        {
            return array;
        }

        var cast = new NDArray(dtype, array.Shape.AsSpan());
        Cast(array.Bytes, array.DType, cast.Bytes, dtype);
        return cast;
    }

    /// <summary><c>astype</c>, from the bytes of an array to those of another with as many elements.</summary>
    public static void Cast(ReadOnlySpan<byte> source, DType from, Span<byte> target, DType to)
    {
        if (from == to)
        {
            source.CopyTo(target);
            return;
        }

        var count = target.Length / to.ItemSize();
        var throughFloat = from.IsFloatingPoint() || to.IsFloatingPoint() || to == DType.Bool;
        for (var i = 0; i < count; i++)
        {
            if (throughFloat)
            {
                BoxNumbers.Store(target, to, i, BoxNumbers.Load(source, from, i));
            }
            else
            {
                BoxNumbers.StoreInteger(target, to, i, BoxNumbers.LoadInteger(source, from, i));
            }
        }
    }

    /// <summary><c>np.concatenate</c> of one-dimensional arrays.</summary>
    public static NDArray Concatenate(IReadOnlyList<NDArray> arrays)
    {
        var dtype = Promote(arrays.Select(array => array.DType));
        var result = new NDArray(dtype, arrays.Sum(array => array.Length));
        var offset = 0;
        foreach (var array in arrays)
        {
            var bytes = Cast(array, dtype).Bytes;
            bytes.CopyTo(result.Bytes[offset..]);
            offset += bytes.Length;
        }

        return result;
    }
}
