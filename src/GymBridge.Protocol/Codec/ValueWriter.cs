using System.Numerics;
using System.Text;
using Google.Protobuf;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Writes one value.</summary>
internal sealed class ValueWriter(string name, bool sharesArrays)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ValuePath _path = new(name);

    public Wire.Value Write(object? value)
    {
        if (_path.Exceeded() is { } limit)
        {
            throw new NotSupportedException($"{limit} It cannot be carried.");
        }

        return value switch
        {
            null => new Wire.Value { None = true },
            bool flag => new Wire.Value { Boolean = flag },
            int number => new Wire.Value { Integer = number },
            long number => new Wire.Value { Integer = number },
            BigInteger number => Integer(number),
            double number => new Wire.Value { Float = number },
            float number => new Wire.Value { Scalar = NDArrayCodec.Encode(NDArray.From<float>([number], []), sharesBytes: true) },
            Complex number => new Wire.Value { Complex = new Wire.Value.Types.Complex { Real = number.Real, Imaginary = number.Imaginary } },
            string text => new Wire.Value { Text = Checked(text) },
            byte[] bytes => new Wire.Value { Blob = sharesArrays ? UnsafeByteOperations.UnsafeWrap(bytes) : ByteString.CopyFrom(bytes) },
            List<object?> items => new Wire.Value { List = Items(items) },
            TupleValue tuple => new Wire.Value { Tuple = Items(tuple.Items) },
            SetValue { IsFrozen: false } set => new Wire.Value { Set = Items(set.Items) },
            SetValue set => new Wire.Value { Frozenset = Items(set.Items) },
            Info info => new Wire.Value { Dict = Dict(info) },
            OrderedDictionary<object, object?> dict => new Wire.Value { Dict = Dict(dict) },
            NDArray array => new Wire.Value { Array = NDArrayCodec.Encode(array, sharesArrays) },
            NumPyScalar scalar => new Wire.Value { Scalar = Scalar(scalar) },
            ForeignArray { IsScalar: false } array => new Wire.Value { Array = ForeignArrayCodec.Encode(array) },
            ForeignArray scalar => new Wire.Value { Scalar = ForeignArrayCodec.Encode(scalar) },
            ObjectArray array => new Wire.Value { ObjectArray = Objects(array) },
            GraphInstance graph => new Wire.Value { Graph = Graph(graph) },
            Space space => new Wire.Value { Space = SpaceCodec.Encode(space) },
            _ => ObviousValues.TryConvert(value, out var converted) ? Write(converted) : throw Unsupported($"is a {value.GetType().FullName}"),
        };
    }

    private static Wire.Value Integer(BigInteger number) => number >= long.MinValue && number <= long.MaxValue
        ? new Wire.Value { Integer = (long)number }
        : new Wire.Value { BigInteger = ByteString.CopyFrom(number.ToByteArray()) };

    private string Checked(string text)
    {
        try
        {
            var bytes = StrictUtf8.GetByteCount(text);
            return bytes <= ProtocolConstants.MaxTextBytes
                ? text
                : throw new NotSupportedException($"{_path} is a text of {bytes} bytes, over the limit of {ProtocolConstants.MaxTextBytes}.");
        }
        catch (EncoderFallbackException)
        {
            throw new NotSupportedException($"{_path} is a text with half of a surrogate pair, which UTF-8 cannot carry.");
        }
    }

    private Wire.Value.Types.ObjectArray Objects(ObjectArray array)
    {
        var message = new Wire.Value.Types.ObjectArray { Items = { Items(array.Items).Items } };
        BoundsCodec.AddShape(array.Shape.AsSpan(), message.Shape);
        return message;
    }

    private Wire.Value.Types.Graph Graph(GraphInstance graph) => new()
    {
        Nodes = Part("nodes", graph.Nodes),
        Edges = graph.Edges is null ? null : Part("edges", graph.Edges),
        EdgeLinks = graph.EdgeLinks is null ? null : Part("edge_links", graph.EdgeLinks),
    };

    private Wire.Value Part(string part, object value)
    {
        _path.Enter(part);
        var message = Write(value);
        _path.Leave();
        return message;
    }

    private Wire.NDArray Scalar(NumPyScalar scalar) => scalar.Value.Shape.IsEmpty
        ? NDArrayCodec.Encode(scalar.Value, sharesArrays)
        : throw Unsupported($"is a NumPy scalar of shape {NDArray.ShapeText(scalar.Value.Shape.AsSpan())}, not ()");

    private Wire.Value.Types.List Items(IReadOnlyList<object?> items)
    {
        var list = new Wire.Value.Types.List();
        for (var i = 0; i < items.Count; i++)
        {
            _path.Enter(i);
            list.Items.Add(Write(items[i]));
            _path.Leave();
        }

        return list;
    }

    private Wire.Value.Types.Dict Dict(Info info)
    {
        var dict = new Wire.Value.Types.Dict();
        foreach (var (key, value) in info)
        {
            Add(dict, key, value);
        }

        return dict;
    }

    private Wire.Value.Types.Dict Dict(OrderedDictionary<object, object?> items)
    {
        var dict = new Wire.Value.Types.Dict();
        foreach (var (key, value) in items)
        {
            Add(dict, key, value);
        }

        return dict;
    }

    private void Add(Wire.Value.Types.Dict dict, object key, object? value)
    {
        _path.Enter(key);
        dict.Keys.Add(Write(key));
        dict.Values.Add(Write(value));
        _path.Leave();
    }

    private NotSupportedException Unsupported(string what) => new(
        $"{_path} {what}, which cannot be carried; null, bool, numbers, string, byte[], arrays of numbers, lists, TupleValue, SetValue, Info, OrderedDictionary<object, object?>, NDArray, NumPyScalar, ForeignArray, ObjectArray, GraphInstance and Space can.");
}
