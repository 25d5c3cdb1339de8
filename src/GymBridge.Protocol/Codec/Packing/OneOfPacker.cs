using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>OneOf: index, the packed value of that space.</summary>
internal sealed class OneOfPacker(OneOf space) : ValuePacker
{
    private readonly ValuePacker[] _choices = [.. space.Spaces.Select(For)];

    public override int MinBytes => sizeof(uint);

    public override void Write(object value, IBufferWriter<byte> output)
    {
        if (value is not TupleValue { Count: 2 } pair || IndexOf(pair[0]) is not { } index || index < 0 || index >= _choices.Length || pair[1] is null)
        {
            throw Misfit(value, space);
        }

        WriteCount((int)index, output);
        _choices[index].Write(pair[1]!, output);
    }

    public override void WriteZero(IBufferWriter<byte> output)
    {
        WriteCount(0, output);
        _choices[0].WriteZero(output);
    }

    public override object Read(ref PackedReader input)
    {
        var index = input.TakeUInt32();
        return index < _choices.Length
            ? TupleValue.Of((long)index, _choices[index].Read(ref input))
            : throw input.Bad($"choice {index} of {_choices.Length}");
    }

    private static long? IndexOf(object? value) => value switch
    {
        long index => index,
        int index => index,
        NumPyScalar { Value: { DType: DType.Int64 } array } => array.AsSpan<long>()[0],
        _ => null,
    };
}
