using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>Moves values of type <typeparamref name="T"/> between a typed environment and the columns of a batch.</summary>
/// <typeparam name="T">The .NET type in which an environment speaks of a space.</typeparam>
public abstract class LaneCodec<T>
{
    /// <summary>The value of one lane; a fresh copy.</summary>
    public abstract T Read(Columns columns, int lane);

    /// <summary>Puts a value into one lane.</summary>
    /// <exception cref="ArgumentException">The value has another shape than the space.</exception>
    public abstract void Write(T value, Columns columns, int lane);
}

/// <summary>Finds the codec between a .NET type and a space.</summary>
public static class LaneCodec
{
    /// <summary>The codec for values of <typeparamref name="T"/> in <paramref name="space"/>.</summary>
    /// <exception cref="ArgumentException">The type cannot carry values of the space; the message lists those that can.</exception>
    public static LaneCodec<T> For<T>(Space space)
    {
        object? codec = space switch
        {
            Discrete when typeof(T) == typeof(long) => new DiscreteInt64(),
            Discrete when typeof(T) == typeof(int) => new DiscreteInt32(),
            Box box when typeof(T).IsArray && DTypes.TryOf(typeof(T).GetElementType()!, out var dtype) && dtype == box.DType => ArrayCodec(dtype),
            MultiBinary when typeof(T) == typeof(sbyte[]) => ArrayCodec(DType.Int8),
            MultiDiscrete multi when typeof(T).IsArray && DTypes.TryOf(typeof(T).GetElementType()!, out var dtype) && dtype == multi.DType => ArrayCodec(dtype),
            Box or MultiBinary or MultiDiscrete when typeof(T) == typeof(NDArray) => new Natural<NDArray>(),
            Text when typeof(T) == typeof(string) => new Natural<string>(),
            TupleSpace or Sequence or OneOf when typeof(T) == typeof(TupleValue) => new Natural<TupleValue>(),
            TupleSpace { Spaces: [Discrete, Discrete, Discrete] } when typeof(T) == typeof((int, int, int)) => new DiscreteTriple(),
            DictSpace when typeof(T) == typeof(Info) => new Natural<Info>(),
            Graph when typeof(T) == typeof(GraphInstance) => new Natural<GraphInstance>(),
            _ when typeof(T) == typeof(object) => new Natural<object>(),
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
        Box or MultiBinary or MultiDiscrete => $"{ElementText(space.Leaves[0].DType)}[] or NDArray",
        Text => "string",
        DictSpace => "Info",
        Graph => "GraphInstance",
        _ => "TupleValue",
    };

    private static object ArrayCodec(DType dtype) => dtype switch
    {
        DType.Bool => new FlatArray<bool>(),
        DType.Int8 => new FlatArray<sbyte>(),
        DType.UInt8 => new FlatArray<byte>(),
        DType.Int16 => new FlatArray<short>(),
        DType.UInt16 => new FlatArray<ushort>(),
        DType.Int32 => new FlatArray<int>(),
        DType.UInt32 => new FlatArray<uint>(),
        DType.Int64 => new FlatArray<long>(),
        DType.UInt64 => new FlatArray<ulong>(),
        DType.Float16 => new FlatArray<Half>(),
        DType.Float32 => new FlatArray<float>(),
        _ => new FlatArray<double>(),
    };

    private sealed class DiscreteInt64 : LaneCodec<long>
    {
        public override long Read(Columns columns, int lane) => ((Discrete)columns.Space).ReadValue(columns[0], lane);

        public override void Write(long value, Columns columns, int lane) => ((Discrete)columns.Space).WriteValue(value, columns[0], lane);
    }

    private sealed class DiscreteInt32 : LaneCodec<int>
    {
        public override int Read(Columns columns, int lane) => checked((int)((Discrete)columns.Space).ReadValue(columns[0], lane));

        public override void Write(int value, Columns columns, int lane) => ((Discrete)columns.Space).WriteValue(value, columns[0], lane);
    }

    private sealed class DiscreteTriple : LaneCodec<(int, int, int)>
    {
        public override (int, int, int) Read(Columns columns, int lane) => (Element(columns, 0, lane), Element(columns, 1, lane), Element(columns, 2, lane));

        public override void Write((int, int, int) value, Columns columns, int lane)
        {
            Space(columns, 0).WriteValue(value.Item1, columns[0], lane);
            Space(columns, 1).WriteValue(value.Item2, columns[1], lane);
            Space(columns, 2).WriteValue(value.Item3, columns[2], lane);
        }

        private static Discrete Space(Columns columns, int index) => (Discrete)((TupleSpace)columns.Space).Spaces[index];

        private static int Element(Columns columns, int index, int lane) => checked((int)Space(columns, index).ReadValue(columns[index], lane));
    }

    private sealed class FlatArray<TElement> : LaneCodec<TElement[]>
        where TElement : unmanaged
    {
        public override TElement[] Read(Columns columns, int lane) => MemoryMarshal.Cast<byte, TElement>(columns[0].Lane(lane)).ToArray();

        public override void Write(TElement[] value, Columns columns, int lane)
        {
            var target = MemoryMarshal.Cast<byte, TElement>(columns[0].Lane(lane));
            if (value.Length != target.Length)
            {
                throw new ArgumentException(
                    $"An array of {value.Length} elements does not fill {columns.Space}; it takes {target.Length}.", nameof(value));
            }

            value.CopyTo(target);
        }
    }

    private sealed class Natural<T> : LaneCodec<T>
        where T : class
    {
        public override T Read(Columns columns, int lane) => (T)columns.Read(lane);

        public override void Write(T value, Columns columns, int lane) => columns.Write(lane, value);
    }
}
