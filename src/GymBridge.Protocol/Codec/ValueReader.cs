using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Reads one value.</summary>
internal sealed class ValueReader(string name)
{
    private readonly ValuePath _path = new(name);

    public object? Read(Wire.Value message)
    {
        if (_path.Exceeded() is { } limit)
        {
            throw new ProtocolException(limit);
        }

        return message.KindCase switch
        {
            Wire.Value.KindOneofCase.None_ => null, // None is "no kind"
            Wire.Value.KindOneofCase.Boolean => message.Boolean,
            Wire.Value.KindOneofCase.Integer => message.Integer,
            Wire.Value.KindOneofCase.BigInteger => Integer(message.BigInteger),
            Wire.Value.KindOneofCase.Float => message.Float,
            Wire.Value.KindOneofCase.Text => message.Text,
            Wire.Value.KindOneofCase.Blob => message.Blob.ToByteArray(),
            Wire.Value.KindOneofCase.List => new List<object?>(Items(message.List.Items)),
            Wire.Value.KindOneofCase.Tuple => new TupleValue([.. Items(message.Tuple.Items)]),
            Wire.Value.KindOneofCase.Dict => Dict(message.Dict),
            Wire.Value.KindOneofCase.Array => Located(() => NDArrayCodec.Decode(message.Array)),
            Wire.Value.KindOneofCase.Scalar => Scalar(message.Scalar),
            Wire.Value.KindOneofCase.Space => Located(() => SpaceCodec.Decode(message.Space)),
            _ => throw new ProtocolException($"{_path}: a value of a kind that is not known here, or of none."),
        };
    }

    private object Integer(ByteString bytes)
    {
        if (bytes.Length is 0 or > ProtocolConstants.MaxIntegerBytes)
        {
            throw new ProtocolException($"{_path}: an integer has 1 to {ProtocolConstants.MaxIntegerBytes} bytes, got {bytes.Length}.");
        }

        var number = new BigInteger(bytes.Span);
        object value = number;
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            value = (long)number;
        }

        return value;
    }

    private object Scalar(Wire.NDArray message)
    {
        var array = Located(() => NDArrayCodec.Decode(message));
        if (!array.Shape.IsEmpty)
        {
            throw new ProtocolException($"{_path}: a NumPy scalar has the shape (), got {NDArray.ShapeText(array.Shape.AsSpan())}.");
        }

        return array.DType == DType.Float32 ? array.AsSpan<float>()[0] : new NumPyScalar(array);
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

    private object Dict(Wire.Value.Types.Dict message)
    {
        if (message.Keys.Count != message.Values.Count)
        {
            throw new ProtocolException($"{_path}: a dict with {message.Keys.Count} keys and {message.Values.Count} values.");
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
                throw new ProtocolException($"{_path}: the key comes twice.");
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
                null => throw new ProtocolException($"{_path}: None cannot be the key of a dict here."),
                List<object?> or Info or OrderedDictionary<object, object?> or NDArray =>
                    throw new ProtocolException($"{_path}: a list, dict or array cannot be the key of a dict."),
                var value => value,
            };
            if (!dict.TryAdd(key, Read(message.Values[i])))
            {
                throw new ProtocolException($"{_path}: the key {key} comes twice.");
            }

            _path.Leave();
        }

        return dict;
    }

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
