using Google.Protobuf;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Replies;

/// <summary>Reads infos of texts and numbers, which most environments give in every step, without the generated parsers' objects.</summary>
/// <remarks>It knows the keys of one earlier info. Infos with other keys or values, and all that is unusual on the wire, it leaves to the generated
/// parsers, whose checks and errors count.</remarks>
internal sealed class FlatInfos
{
    private string[] _keys = [];
    private byte[] _keyBytes = [];

    /// <summary>Reads an info.</summary>
    /// <param name="message">The bytes of a <c>LaneInfo</c>.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="info">The info.</param>
    /// <returns>False if it is not one with the keys of <see cref="Learn"/>, numbers, and nothing else.</returns>
    public bool TryRead(ReadOnlySpan<byte> message, out uint lane, out Info info)
    {
        (lane, info) = (0, Info.Empty);
        var wire = new WireSpan(message);
        if (_keys.Length == 0 || !wire.ReadTag(out var field, out var type))
        {
            return false;
        }

        if (field == LaneInfo.LaneFieldNumber && type == WireSpan.Varint)
        {
            lane = wire.ReadUInt32();
            if (!wire.ReadTag(out field, out type))
            {
                return false;
            }
        }

        return field == LaneInfo.InfoFieldNumber && type == WireSpan.Bytes && TryReadValue(wire.ReadBytes(), out info) && wire.IsAtEnd;
    }

    /// <summary>Knows the keys of an info from now on, if infos with these can be read.</summary>
    public void Learn(LaneInfo message)
    {
        if (message.Info?.KindCase == Value.KindOneofCase.Dict && message.FinalInfo is null
            && message.Info.Dict is { Keys.Count: > 0 } dict && dict.Keys.All(key => key.KindCase == Value.KindOneofCase.Text) && dict.Values.All(IsNumber))
        {
            _keys = [.. dict.Keys.Select(key => key.Text)];
            _keyBytes = new Value.Types.Dict { Keys = { dict.Keys } }.ToByteArray();
        }
    }

    private static bool IsNumber(Value value) => value.KindCase is Value.KindOneofCase.Boolean or Value.KindOneofCase.Integer or Value.KindOneofCase.Float
        || (value.KindCase == Value.KindOneofCase.Scalar && Enum.IsDefined((DType)value.Scalar.Dtype));

    private bool TryReadValue(ReadOnlySpan<byte> value, out Info info)
    {
        info = new Info();
        var outer = new WireSpan(value);
        if (!outer.ReadTag(out var field, out var type) || field != Value.DictFieldNumber || type != WireSpan.Bytes)
        {
            return false;
        }

        var dict = outer.ReadBytes();
        if (!outer.IsAtEnd || !dict.StartsWith(_keyBytes))
        {
            return false;
        }

        var values = new WireSpan(dict[_keyBytes.Length..]);
        foreach (var key in _keys)
        {
            if (!values.ReadTag(out field, out type) || field != Value.Types.Dict.ValuesFieldNumber || type != WireSpan.Bytes
                || Number(values.ReadBytes()) is not { } number)
            {
                return false;
            }

            info[key] = number;
        }

        return values.IsAtEnd;
    }

    private static object? Number(ReadOnlySpan<byte> value)
    {
        var wire = new WireSpan(value);
        if (!wire.ReadTag(out var field, out var type))
        {
            return null;
        }

        object? number = (field, type) switch
        {
            (Value.BooleanFieldNumber, WireSpan.Varint) => wire.ReadVarint() != 0,
            (Value.IntegerFieldNumber, WireSpan.Varint) => FromZigZag(wire.ReadVarint()),
            (Value.FloatFieldNumber, WireSpan.Fixed64) => BitConverter.UInt64BitsToDouble(wire.ReadFixed64()),
            (Value.ScalarFieldNumber, WireSpan.Bytes) => Scalar(wire.ReadBytes()),
            _ => null,
        };
        return wire.IsAtEnd ? number : null;
    }

    // Signed integers alternate with their negatives: 0, -1, 1, -2, 2.
    private static long FromZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static object? Scalar(ReadOnlySpan<byte> array)
    {
        var wire = new WireSpan(array);
        if (!wire.ReadTag(out var field, out var type) || field != Protocol.V1.NDArray.DtypeFieldNumber || type != WireSpan.Varint)
        {
            return null;
        }

        var dtype = (DType)wire.ReadUInt32();
        if (!Enum.IsDefined(dtype) || !wire.ReadTag(out field, out type) || field != Protocol.V1.NDArray.DataFieldNumber || type != WireSpan.Bytes)
        {
            return null;
        }

        var data = wire.ReadBytes();
        if (!wire.IsAtEnd || data.Length != dtype.ItemSize() || (dtype == DType.Bool && data[0] > 1))
        {
            return null;
        }

        var scalar = NDArray.FromBytes(dtype, [], data);
        return dtype == DType.Float32 ? scalar.AsSpan<float>()[0] : new NumPyScalar(scalar);
    }
}
