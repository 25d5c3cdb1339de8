using System.Runtime.CompilerServices;

namespace GymBridge;

/// <summary>Sizes, names and kinds of element types, as NumPy has them.</summary>
public static class DTypes
{
    /// <summary>Bytes that one element takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dtype"/> is not a defined value.</exception>
    public static int ItemSize(this DType dtype) => dtype switch
    {
        DType.Bool or DType.Int8 or DType.UInt8 => 1,
        DType.Int16 or DType.UInt16 or DType.Float16 => 2,
        DType.Int32 or DType.UInt32 or DType.Float32 => 4,
        DType.Int64 or DType.UInt64 or DType.Float64 => 8,
        _ => throw Unknown(dtype),
    };

    /// <summary>NumPy's name: <c>float32</c>, <c>uint8</c>, <c>bool</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dtype"/> is not a defined value.</exception>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Bool => "bool",
        DType.Int8 => "int8",
        DType.UInt8 => "uint8",
        DType.Int16 => "int16",
        DType.UInt16 => "uint16",
        DType.Int32 => "int32",
        DType.UInt32 => "uint32",
        DType.Int64 => "int64",
        DType.UInt64 => "uint64",
        DType.Float16 => "float16",
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        _ => throw Unknown(dtype),
    };

    /// <summary>True for float16, float32 and float64.</summary>
    public static bool IsFloatingPoint(this DType dtype) => dtype is DType.Float16 or DType.Float32 or DType.Float64;

    /// <summary>True for the signed and unsigned integers; bool is not one.</summary>
    public static bool IsInteger(this DType dtype) => dtype is >= DType.Int8 and <= DType.UInt64;

    /// <summary>The element type that <typeparamref name="T"/> stores.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not an element type.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DType Of<T>()
        where T : unmanaged => Element<T>.DType != default ? Element<T>.DType : throw NoElement(typeof(T));

    /// <summary>The element type that <paramref name="type"/> stores, if it is one.</summary>
    public static bool TryOf(Type type, out DType dtype)
    {
        dtype = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => DType.Bool,
            TypeCode.SByte => DType.Int8,
            TypeCode.Byte => DType.UInt8,
            TypeCode.Int16 => DType.Int16,
            TypeCode.UInt16 => DType.UInt16,
            TypeCode.Int32 => DType.Int32,
            TypeCode.UInt32 => DType.UInt32,
            TypeCode.Int64 => DType.Int64,
            TypeCode.UInt64 => DType.UInt64,
            TypeCode.Single => DType.Float32,
            TypeCode.Double => DType.Float64,
            _ => type == typeof(Half) ? DType.Float16 : default,
        };
        return dtype != default && !type.IsEnum;
    }

    private static NotSupportedException NoElement(Type type) => new(
        $"'{type}' is not an array element type; use bool, a sized integer, Half, float or double.");

    private static ArgumentOutOfRangeException Unknown(DType dtype) =>
        new(nameof(dtype), dtype, $"DType {(int)dtype} is not defined; use one of {string.Join(", ", Enum.GetNames<DType>())}.");

    // Found out once for each type: columns ask at every step.
    private static class Element<T>
        where T : unmanaged
    {
        public static readonly DType DType = TryOf(typeof(T), out var dtype) ? dtype : default;
    }
}
