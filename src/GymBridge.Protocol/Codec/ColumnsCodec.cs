using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec;

/// <summary>Between the columns of a batch and the slabs of a message: one <c>bytes</c> a leaf, raw, little-endian.</summary>
public static class ColumnsCodec
{
    /// <summary>Adds the slabs of columns to a message field, without a copy.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="slabs">The field; the slabs are added at its end.</param>
    /// <remarks>The slabs show whatever the columns hold at the time they are read. So a message made once can be sent again
    /// after each change of the columns, and the columns must not change while it is being serialized.</remarks>
    public static void AddShared(Columns columns, RepeatedField<ByteString> slabs)
    {
        foreach (var column in columns.AsSpan())
        {
            slabs.Add(UnsafeByteOperations.UnsafeWrap(column.Memory));
        }
    }

    /// <summary>Adds the slabs of columns to a message field, as copies.</summary>
    public static void AddCopies(Columns columns, RepeatedField<ByteString> slabs)
    {
        foreach (var column in columns.AsSpan())
        {
            slabs.Add(ByteString.CopyFrom(column.Bytes));
        }
    }

    /// <summary>Adds slabs that hold only the lanes of a mask, in order; copies.</summary>
    public static void AddLanes(Columns columns, ReadOnlySpan<bool> mask, RepeatedField<ByteString> slabs)
    {
        var lanes = mask.Count(true);
        foreach (var column in columns.AsSpan())
        {
            var slab = new byte[column.Leaf.Bytes * lanes];
            var target = slab.AsSpan();
            for (var lane = 0; lane < mask.Length; lane++)
            {
                if (mask[lane])
                {
                    column.Lane(lane).CopyTo(target);
                    target = target[column.Leaf.Bytes..];
                }
            }

            slabs.Add(UnsafeByteOperations.UnsafeWrap(slab));
        }
    }

    /// <summary>Copies slabs into columns.</summary>
    /// <exception cref="ProtocolException">The number of leaves or of bytes differs; nothing was copied.</exception>
    public static void Decode(RepeatedField<ByteString> slabs, Columns columns)
    {
        Check(slabs, columns.AsSpan(), columns.Lanes);
        for (var leaf = 0; leaf < columns.Count; leaf++)
        {
            slabs[leaf].Span.CopyTo(columns[leaf].Bytes);
        }
    }

    /// <summary>Copies slabs that hold only the lanes of a mask into those lanes.</summary>
    /// <exception cref="ProtocolException">The number of leaves or of bytes differs; nothing was copied.</exception>
    public static void DecodeLanes(RepeatedField<ByteString> slabs, ReadOnlySpan<bool> mask, Columns columns)
    {
        Check(slabs, columns.AsSpan(), mask.Count(true));
        for (var leaf = 0; leaf < columns.Count; leaf++)
        {
            var source = slabs[leaf].Span;
            var stride = columns[leaf].Leaf.Bytes;
            for (var lane = 0; lane < mask.Length; lane++)
            {
                if (mask[lane])
                {
                    source[..stride].CopyTo(columns[leaf].Lane(lane));
                    source = source[stride..];
                }
            }
        }
    }

    private static void Check(RepeatedField<ByteString> slabs, ReadOnlySpan<Column> columns, int lanes)
    {
        if (slabs.Count != columns.Length)
        {
            throw new ProtocolException($"{columns.Length} leaves expected, got {slabs.Count}.");
        }

        for (var leaf = 0; leaf < columns.Length; leaf++)
        {
            var shape = columns[leaf].Leaf;
            var expected = (long)shape.Bytes * lanes;
            if (slabs[leaf].Length != expected)
            {
                throw new ProtocolException(
                    $"leaf {leaf} '{shape.Path}': {expected} bytes expected ({lanes} {(lanes == 1 ? "lane" : "lanes")} x {ElementsText(shape)}{shape.DType.Name()}), got {slabs[leaf].Length}.");
            }

            if (shape.DType == DType.Bool)
            {
                FlagsCodec.CheckBits(slabs[leaf].Span, $"leaf {leaf} '{shape.Path}'");
            }
        }
    }

    private static string ElementsText(SpaceLeaf leaf) =>
        leaf.Shape.IsEmpty ? string.Empty : string.Join(" x ", leaf.Shape) + " x ";
}
