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
    public static DType Promote(DType a, DType b) => Order.First(dtype => BoxNumbers.CanCast(a, dtype) && BoxNumbers.CanCast(b, dtype));

    /// <summary><c>np.result_type</c> of several types.</summary>
    public static DType Promote(IEnumerable<DType> dtypes) => dtypes.Aggregate(Promote);

    /// <summary><c>astype</c>.</summary>
    public static NDArray Cast(NDArray array, DType dtype)
    {
        if (array.DType == dtype)
        {
            return array;
        }

        var cast = new NDArray(dtype, array.Shape.AsSpan());
        for (var i = 0; i < array.Length; i++)
        {
            if (array.DType.IsFloatingPoint() || dtype.IsFloatingPoint() || dtype == DType.Bool)
            {
                BoxNumbers.Store(cast, i, BoxNumbers.Load(array, i));
            }
            else
            {
                BoxNumbers.StoreInteger(cast, i, BoxNumbers.LoadInteger(array, i));
            }
        }

        return cast;
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
