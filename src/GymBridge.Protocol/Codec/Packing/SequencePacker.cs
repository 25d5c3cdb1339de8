using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Sequence: count, the features' packed values; a stacked one has the same bytes.</summary>
internal sealed class SequencePacker(Sequence space) : ValuePacker
{
    private readonly BatchPacker _features = new(space.FeatureSpace);

    public override int MinBytes => sizeof(uint);

    public override void Write(object value, IBufferWriter<byte> output)
    {
        var (count, items) = space.IsStacked
            ? _features.Open(value)
            : value is TupleValue tuple ? (tuple.Count, tuple) : throw Misfit(value, space);
        WriteCount(count, output);
        _features.Write(value, items, output);
    }

    public override void WriteZero(IBufferWriter<byte> output) => WriteCount(0, output);

    public override object Read(ref PackedReader input)
    {
        var count = input.TakeCount(_features.MinItemBytes);
        return space.IsStacked ? _features.Read(count, ref input) : new TupleValue([.. _features.ReadItems(count, ref input)]);
    }
}
