using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Values of one space one after another, in memory as the batch that Gymnasium's <c>concatenate</c> makes: an array for
/// Box and its like, which goes as its bytes; a tuple or dict of batches; a tuple of values.</summary>
internal sealed class BatchPacker(Space space)
{
    private readonly ValuePacker _item = ValuePacker.For(space);
    private readonly Space _batchSpace = space.Batch(1);
    private readonly SpaceLeaf? _leaf = space is Box or Discrete or MultiBinary or MultiDiscrete ? space.Leaves[0] : null;

    public int MinItemBytes => _item.MinBytes;

    /// <summary>The number of values in a batch, and the values where they are not one array.</summary>
    /// <exception cref="ArgumentException">It is no batch of the space.</exception>
    public (int Count, IReadOnlyList<object?>? Items) Open(object batch)
    {
        if (_leaf is not null && batch is NDArray { Shape.Length: > 0 } array && array.DType == _leaf.DType
            && array.Shape.AsSpan()[1..].SequenceEqual(_leaf.Shape.AsSpan()))
        {
            return (array.Shape[0], null);
        }

        // A batch of texts, sequences or graphs is a tuple of them.
        var items = batch is TupleValue tuple && _leaf is null && space is not (TupleSpace or DictSpace)
            ? tuple
            : _batchSpace.Iterate(batch);
        return (items.Count, items);
    }

    public void Write(object batch, IReadOnlyList<object?>? items, IBufferWriter<byte> output)
    {
        if (items is null)
        {
            output.Write(((NDArray)batch).Bytes);
            return;
        }

        foreach (var item in items)
        {
            _item.Write(item ?? throw new ArgumentException($"None is not a value of {space}.", nameof(batch)), output);
        }
    }

    public object Read(int count, ref PackedReader input)
    {
        if (_leaf is not null)
        {
            var bytes = input.Take(checked(count * _leaf.Bytes));
            if (_leaf.DType == DType.Bool)
            {
                FlagsCodec.CheckBits(bytes, "packed bool");
            }

            return NDArray.FromBytes(_leaf.DType, [count, .. _leaf.Shape], bytes);
        }

        return space.Concatenate(ReadItems(count, ref input));
    }

    public object?[] ReadItems(int count, ref PackedReader input)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = _item.Read(ref input);
        }

        return items;
    }
}
