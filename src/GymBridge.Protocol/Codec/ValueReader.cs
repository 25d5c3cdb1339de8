using System.Numerics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Reads one value.</summary>
/// <param name="name">What it is, for the path in an error.</param>
/// <param name="budget">What its spaces may take.</param>
/// <param name="writesNone">Whether a key None becomes the text "None"; else it is refused, as no .NET dictionary has it.</param>
internal sealed class ValueReader(string name, SpaceBudget budget, bool writesNone = false)
{
    private readonly ValuePath _path = new(name);

    public object? Read(Wire.Value message)
    {
        if (_path.Exceeded() is { } limit)
        {
            throw new ProtocolException(limit) { Reason = ErrorReasons.BadValue };
        }

        return message.KindCase switch
        {
            Wire.Value.KindOneofCase.None_ => null, // None is "no kind"
            Wire.Value.KindOneofCase.Boolean => message.Boolean,
            Wire.Value.KindOneofCase.Integer => message.Integer,
            Wire.Value.KindOneofCase.BigInteger => Integer(message.BigInteger),
            Wire.Value.KindOneofCase.Float => message.Float,
            Wire.Value.KindOneofCase.Text => Text(message.Text),
            Wire.Value.KindOneofCase.Blob => message.Blob.ToByteArray(),
            Wire.Value.KindOneofCase.List => new List<object?>(Items(message.List.Items)),
            Wire.Value.KindOneofCase.Tuple => new TupleValue([.. Items(message.Tuple.Items)]),
            Wire.Value.KindOneofCase.Dict => Dict(message.Dict),
            Wire.Value.KindOneofCase.Array => Array(message.Array),
            Wire.Value.KindOneofCase.Scalar => Scalar(message.Scalar),
            Wire.Value.KindOneofCase.Space => Located(() => SpaceCodec.Decode(message.Space, budget)),
            Wire.Value.KindOneofCase.Complex => new Complex(message.Complex.Real, message.Complex.Imaginary),
            Wire.Value.KindOneofCase.Set => new SetValue(Distinct(message.Set.Items)),
            Wire.Value.KindOneofCase.Frozenset => new SetValue(Distinct(message.Frozenset.Items), IsFrozen: true),
            Wire.Value.KindOneofCase.ObjectArray => ObjectArray(message.ObjectArray),
            Wire.Value.KindOneofCase.Graph => Graph(message.Graph),
            _ => throw Bad("a value of a kind that is not known here, or of none."),
        };
    }

    private string Text(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= ProtocolConstants.MaxTextBytes
            ? text
            : throw Bad($"a text of {bytes} bytes is over the limit of {ProtocolConstants.MaxTextBytes}.");
    }

    private object Integer(ByteString bytes)
    {
        if (bytes.Length is 0 or > ProtocolConstants.MaxIntegerBytes)
        {
            throw Bad($"an integer has 1 to {ProtocolConstants.MaxIntegerBytes} bytes, got {bytes.Length}.");
        }

        var number = new BigInteger(bytes.Span);
        object value = number;
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            value = (long)number;
        }

        return value;
    }

    private object Array(Wire.NDArray message) => Located(object () => ForeignArrayCodec.IsForeign(message.Dtype)
        ? ForeignArrayCodec.Decode(message, isScalar: false)
        : NDArrayCodec.Decode(message));

    private object Scalar(Wire.NDArray message)
    {
        if (message.Shape.Count != 0)
        {
            throw Bad($"a NumPy scalar has the shape (), got one of {message.Shape.Count} dimensions.");
        }

        if (ForeignArrayCodec.IsForeign(message.Dtype))
        {
            return Located(() => ForeignArrayCodec.Decode(message, isScalar: true));
        }

        var array = Located(() => NDArrayCodec.Decode(message));
        return array.DType == DType.Float32 ? array.AsSpan<float>()[0] : new NumPyScalar(array);
    }

    private ObjectArray ObjectArray(Wire.Value.Types.ObjectArray message)
    {
        // An item takes two bytes or more on the wire, which bounds the product of the shape.
        var shape = Located(() => NDArrayCodec.ShapeOf(message.Shape, 1, "object", out _));
        var expected = shape.Aggregate(1L, (product, extent) => product * extent);
        return expected == message.Items.Count
            ? new ObjectArray([.. shape], [.. Items(message.Items)])
            : throw Bad($"an object array of shape {NDArray.ShapeText(shape)} has {expected} items, got {message.Items.Count}.");
    }

    private GraphInstance Graph(Wire.Value.Types.Graph message)
    {
        _path.Enter("nodes");
        var nodes = Read(message.Nodes ?? throw Bad("a graph without nodes.")) ?? throw Bad("the nodes of a graph are None.");
        _path.Leave();
        _path.Enter("edges");
        var edges = message.Edges is null ? null : Read(message.Edges);
        _path.Leave();
        _path.Enter("edge_links");
        var links = message.EdgeLinks is null ? null : Read(message.EdgeLinks);
        var typed = links as NDArray;
        if (links is not null && typed is null)
        {
            throw Bad("the edge links of a graph are an array.");
        }

        _path.Leave();
        return new GraphInstance(nodes, edges, typed);
    }

    private object?[] Items(RepeatedField<Wire.Value> items)
    {
        var values = new object?[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            _path.Enter(i);
            values[i] = Read(items[i]);
            _path.Leave();
        }

        return values;
    }

    private System.Collections.Immutable.ImmutableArray<object?> Distinct(RepeatedField<Wire.Value> messages)
    {
        var items = Items(messages);
        if (items.FirstOrDefault(IsUnhashable) is { } unhashable)
        {
            throw Bad($"a {PythonTypeName.Of(unhashable)} cannot be in a set.");
        }

        return new HashSet<object?>(items).Count == items.Length ? [.. items] : throw Bad("an item of a set comes twice.");
    }

    private object Dict(Wire.Value.Types.Dict message)
    {
        if (message.Keys.Count != message.Values.Count)
        {
            throw Bad($"a dict with {message.Keys.Count} keys and {message.Values.Count} values.");
        }

        return message.Keys.All(key => key.KindCase == Wire.Value.KindOneofCase.Text) ? StringDict(message) : ObjectDict(message);
    }

    private Info StringDict(Wire.Value.Types.Dict message)
    {
        var info = new Info();
        for (var i = 0; i < message.Keys.Count; i++)
        {
            var key = message.Keys[i].Text;
            _path.Enter(key);
            if (info.ContainsKey(key))
            {
                throw Bad("the key comes twice.");
            }

            _ = Read(message.Keys[i]);
            info[key] = Read(message.Values[i]);
            _path.Leave();
        }

        return info;
    }

    private OrderedDictionary<object, object?> ObjectDict(Wire.Value.Types.Dict message)
    {
        var dict = new OrderedDictionary<object, object?>();
        for (var i = 0; i < message.Keys.Count; i++)
        {
            _path.Enter($"key {i}");
            var key = Read(message.Keys[i]) switch
            {
                null when writesNone => "None",
                null => throw Bad("None cannot be the key of a dict here."),
                var value when IsUnhashable(value) => throw Bad("a list, dict or array cannot be the key of a dict."),
                var value => value,
            };
            if (!dict.TryAdd(key, Read(message.Values[i])) && !writesNone)
            {
                throw Bad($"the key {key} comes twice.");
            }

            _path.Leave();
        }

        return dict;
    }

    private static bool IsUnhashable(object? value) => value is List<object?> or Info or OrderedDictionary<object, object?> or NDArray
        or GymBridge.ObjectArray or ForeignArray { IsScalar: false } or SetValue { IsFrozen: false } or GraphInstance;

    private ProtocolException Bad(string what) => new($"{_path}: {what}") { Reason = ErrorReasons.BadValue, Details = [("path", _path.ToString())] };

    private T Located<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ProtocolException exception)
        {
            throw new ProtocolException($"{_path}: {exception.Message}", exception);
        }
    }
}
