namespace GymBridge.Torch.Managed;

/// <summary>What the engine knows of each <see cref="ScalarType"/>, and PyTorch's rules of promotion.</summary>
internal static class DTypes
{
    public const ScalarType None = (ScalarType)(-1);

    public static int Size(this ScalarType t) => t switch
    {
        ScalarType.Bool or ScalarType.Byte => 1,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ =>
            throw new NotSupportedException($"The dtype {t.Name()} is not part of the managed tensor engine, which has bool, uint8, int32, int64, float32 and float64. {Errors.WayOut}"),
    };

    public static ScalarType Supported(this ScalarType t)
    {
        _ = t.Size();
        return t;
    }

    public static string Name(this ScalarType t) => t switch
    {
        ScalarType.Bool => "bool",
        ScalarType.Byte => "uint8",
        ScalarType.Int8 => "int8",
        ScalarType.Int16 => "int16",
        ScalarType.Int32 => "int32",
        ScalarType.Int64 => "int64",
        ScalarType.Float16 => "float16",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float32 => "float32",
        ScalarType.Float64 => "float64",
        _ => t.ToString(),
    };

    public static bool IsFloat(this ScalarType t) => t is ScalarType.Float32 or ScalarType.Float64;

    public static bool IsInteger(this ScalarType t) => t is ScalarType.Byte or ScalarType.Int32 or ScalarType.Int64;

    /// <summary>bool 0, integers 1, floating point 2.</summary>
    public static int Category(this ScalarType t) => t.IsFloat() ? 2 : t == ScalarType.Bool ? 0 : 1;

    public static ScalarType Promote(ScalarType a, ScalarType b) => a == None ? b : b == None ? a : Rank(a) >= Rank(b) ? a : b;

    /// <summary>The dtype of an operation on two tensors: one without dimensions only lifts the category.</summary>
    public static ScalarType Result(TensorImpl a, TensorImpl b)
    {
        if (a.DType == b.DType)
            return a.DType;
        var az = a.Rank == 0;
        var bz = b.Rank == 0;
        if (az == bz)
            return Promote(a.DType, b.DType);
        return az ? Combine(b.DType, a.DType) : Combine(a.DType, b.DType);
    }

    /// <summary>The dtype of an operation of a tensor and a number.</summary>
    public static ScalarType Result(TensorImpl a, Scalar s)
    {
        var wrapped = s.Category switch { 0 => ScalarType.Bool, 1 => ScalarType.Int64, _ => DefaultType };
        return Combine(a.DType, wrapped);
    }

    /// <summary>What sqrt, exp and division make of an integer.</summary>
    public static ScalarType Floating(ScalarType t) => t.IsFloat() ? t : DefaultType;

    public static ScalarType DefaultType { get; set; } = ScalarType.Float32;

    private static ScalarType Combine(ScalarType higher, ScalarType lower)
    {
        if (higher.IsFloat())
            return higher;
        if (higher == ScalarType.Bool || lower.IsFloat())
            return Promote(higher, lower);
        return higher;
    }

    private static int Rank(ScalarType t) => t switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte => 1,
        ScalarType.Int8 => 2,
        ScalarType.Int16 => 3,
        ScalarType.Int32 => 4,
        ScalarType.Int64 => 5,
        ScalarType.Float16 => 6,
        ScalarType.BFloat16 => 6,
        ScalarType.Float32 => 7,
        _ => 8,
    };
}
