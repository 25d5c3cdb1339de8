using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>Finds the codec between a .NET type and a space.</summary>
public static class LaneCodec
{
    /// <summary>The codec for values of <typeparamref name="T"/> in <paramref name="space"/>.</summary>
    /// <exception cref="ArgumentException">The type cannot carry values of the space; the message lists those that can.</exception>
    public static LaneCodec<T> For<T>(Space space)
    {
        object? codec = space switch
        {
            Discrete when typeof(T) == typeof(long) => new DiscreteInt64Codec(),
            Discrete when typeof(T) == typeof(int) => new DiscreteInt32Codec(),
            TupleSpace { Spaces: [Discrete, Discrete, Discrete] } when typeof(T) == typeof((int, int, int)) => new DiscreteTripleCodec(),
            ArraySpace array and not Discrete when typeof(T).IsArray && DTypes.TryOf(typeof(T).GetElementType()!, out var dtype)
                && dtype == array.DType => ArrayCodec(dtype),
            _ when typeof(T) == space.NaturalType || typeof(T) == typeof(object) => new NaturalCodec<T>(),
            _ => null,
        };
        return codec as LaneCodec<T> ?? throw new ArgumentException(
            $"A value of {space} cannot be held by '{TypeText(typeof(T))}'; use {Suggestion(space)}, or object.");
    }

    private static string ElementText(DType dtype) => dtype switch
    {
        DType.Bool => "bool",
        DType.Int8 => "sbyte",
        DType.UInt8 => "byte",
        DType.Int16 => "short",
        DType.UInt16 => "ushort",
        DType.Int32 => "int",
        DType.UInt32 => "uint",
        DType.Int64 => "long",
        DType.UInt64 => "ulong",
        DType.Float16 => "Half",
        DType.Float32 => "float",
        _ => "double",
    };

    private static string TypeText(Type type) => type.IsArray ? $"{TypeText(type.GetElementType()!)}[]"
        : DTypes.TryOf(type, out var dtype) ? ElementText(dtype)
        : type == typeof(string) ? "string" : type.Name.Split('`')[0];

    private static string Suggestion(Space space) => space switch
    {
        Discrete => "long or int",
        ArraySpace array => $"{ElementText(array.DType)}[] or NDArray",
        _ => TypeText(space.NaturalType),
    };

    private static object ArrayCodec(DType dtype) => dtype switch
    {
        DType.Bool => new FlatArrayCodec<bool>(),
        DType.Int8 => new FlatArrayCodec<sbyte>(),
        DType.UInt8 => new FlatArrayCodec<byte>(),
        DType.Int16 => new FlatArrayCodec<short>(),
        DType.UInt16 => new FlatArrayCodec<ushort>(),
        DType.Int32 => new FlatArrayCodec<int>(),
        DType.UInt32 => new FlatArrayCodec<uint>(),
        DType.Int64 => new FlatArrayCodec<long>(),
        DType.UInt64 => new FlatArrayCodec<ulong>(),
        DType.Float16 => new FlatArrayCodec<Half>(),
        DType.Float32 => new FlatArrayCodec<float>(),
        _ => new FlatArrayCodec<double>(),
    };
}
