using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Codec.Packing;
using GymBridge.Protocol.Errors;
using GymBridge.Shared;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec;

/// <summary>Between the columns of a batch and the slabs of a message: one <c>bytes</c> a leaf of the space, raw, little-endian;
/// the packed values of the lanes where a leaf has no fixed size. Not thread-safe.</summary>
internal sealed class SlabCodec
{
    private readonly ValuePacker?[] _packers;
    private readonly ArrayBufferWriter<byte> _writer = new();

    /// <summary>The codec for values of a space.</summary>
    /// <exception cref="NotSupportedException">The space, or one inside, is none of Gymnasium's ten kinds.</exception>
    public SlabCodec(Space space)
    {
        _packers = [.. LeafSpaces(space).Select(leaf => leaf.Leaves[0].IsVariable ? ValuePacker.For(leaf) : null)];
        HasVariableLeaves = _packers.Any(packer => packer is not null);
    }

    /// <summary>Whether some leaf has no fixed size.</summary>
    public bool HasVariableLeaves { get; }

    /// <summary>Adds the slabs of columns to a message field; those of fixed size without a copy.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="slabs">The field; the slabs are added at its end.</param>
    /// <remarks>A slab of fixed size shows whatever its column holds at the time it is read. So a message made once can be sent
    /// again after each change of the columns, after <see cref="Refresh"/>, and the columns must not change while it is being
    /// serialized.</remarks>
    public void AddShared(Columns columns, RepeatedField<ByteString> slabs)
    {
        for (var leaf = 0; leaf < _packers.Length; leaf++)
        {
            slabs.Add(_packers[leaf] is { } packer ? Packed(packer, columns[leaf], default) : UnsafeByteOperations.UnsafeWrap(columns[leaf].Memory));
        }
    }

    /// <summary>Brings the slabs that <see cref="AddShared"/> added up to date with the columns; nothing to do where all are of fixed size.</summary>
    public void Refresh(Columns columns, RepeatedField<ByteString> slabs)
    {
        if (!HasVariableLeaves)
        {
            return;
        }

        for (var leaf = 0; leaf < _packers.Length; leaf++)
        {
            if (_packers[leaf] is { } packer)
            {
                slabs[leaf] = Packed(packer, columns[leaf], default);
            }
        }
    }

    /// <summary>Adds the slabs of columns to a message field, as copies.</summary>
    public void AddCopies(Columns columns, RepeatedField<ByteString> slabs)
    {
        for (var leaf = 0; leaf < _packers.Length; leaf++)
        {
            slabs.Add(_packers[leaf] is { } packer ? Packed(packer, columns[leaf], default) : ByteString.CopyFrom(columns[leaf].Bytes));
        }
    }

    /// <summary>Adds slabs that hold only the lanes of a mask, in order; copies.</summary>
    public void AddLanes(Columns columns, ReadOnlySpan<bool> mask, RepeatedField<ByteString> slabs)
    {
        for (var leaf = 0; leaf < _packers.Length; leaf++)
        {
            slabs.Add(_packers[leaf] is { } packer ? Packed(packer, columns[leaf], mask) : Chosen(columns[leaf], mask));
        }
    }

    /// <summary>Copies slabs into columns.</summary>
    /// <exception cref="ProtocolException">The number of leaves or of bytes differs, or a packed value is none; nothing was copied.</exception>
    public void Decode(RepeatedField<ByteString> slabs, Columns columns)
    {
        CheckCount(slabs.Count);
        for (var leaf = 0; leaf < slabs.Count; leaf++)
        {
            CheckFixed(slabs[leaf].Span, columns[leaf], leaf, columns.Lanes);
        }

        var packed = Unpack(slabs, columns, columns.Lanes);
        for (var leaf = 0; leaf < slabs.Count; leaf++)
        {
            if (packed?[leaf] is { } values)
            {
                values.CopyTo(columns[leaf].Values!, 0);
            }
            else
            {
                slabs[leaf].Span.CopyTo(columns[leaf].Bytes);
            }
        }
    }

    /// <summary>Copies slabs that hold only the lanes of a mask into those lanes.</summary>
    /// <exception cref="ProtocolException">The number of leaves or of bytes differs, or a packed value is none; nothing was copied.</exception>
    public void DecodeLanes(RepeatedField<ByteString> slabs, ReadOnlySpan<bool> mask, Columns columns)
    {
        CheckCount(slabs.Count);
        var lanes = mask.Count(true);
        for (var leaf = 0; leaf < slabs.Count; leaf++)
        {
            CheckFixed(slabs[leaf].Span, columns[leaf], leaf, lanes);
        }

        for (var leaf = 0; leaf < slabs.Count; leaf++)
        {
            DecodeLeaf(leaf, slabs[leaf].Span, columns, mask, onlyMasked: true);
        }
    }

    /// <summary>Copies the slab of one leaf into its column.</summary>
    /// <param name="leaf">Which leaf.</param>
    /// <param name="slab">Its bytes.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="mask">The lanes that are wanted; empty for all.</param>
    /// <param name="onlyMasked">Whether the slab holds only the lanes of the mask.</param>
    /// <exception cref="ProtocolException">The number of bytes differs, or a packed value is none.</exception>
    public void DecodeLeaf(int leaf, ReadOnlySpan<byte> slab, Columns columns, ReadOnlySpan<bool> mask = default, bool onlyMasked = false)
    {
        var column = columns[leaf];
        var lanes = onlyMasked ? mask.Count(true) : columns.Lanes;
        CheckFixed(slab, column, leaf, lanes);
        if (_packers[leaf] is { } packer)
        {
            Place(Unpack(packer, slab, leaf, column.Leaf, lanes), column.Values!, mask, onlyMasked);
            return;
        }

        if (mask.IsEmpty)
        {
            slab.CopyTo(column.Bytes);
            return;
        }

        var stride = column.Leaf.Bytes;
        for (var lane = 0; lane < mask.Length; lane++)
        {
            if (mask[lane])
            {
                slab[..stride].CopyTo(column.Lane(lane));
            }

            if (mask[lane] || !onlyMasked)
            {
                slab = slab[stride..];
            }
        }
    }

    /// <summary>The space of each leaf, in canonical pre-order.</summary>
    internal static IEnumerable<Space> LeafSpaces(Space space) => space switch
    {
        TupleSpace tuple => tuple.Spaces.SelectMany(LeafSpaces),
        DictSpace dict => dict.Spaces.SelectMany(item => LeafSpaces(item.Space)),
        _ => [space],
    };

    private static void Place(object[] values, object?[] target, ReadOnlySpan<bool> mask, bool onlyMasked)
    {
        var next = 0;
        for (var lane = 0; lane < target.Length; lane++)
        {
            var isChosen = mask.IsEmpty || mask[lane];
            if (isChosen)
            {
                target[lane] = values[next];
            }

            next += isChosen || !onlyMasked ? 1 : 0;
        }
    }

    private static ByteString Chosen(Column column, ReadOnlySpan<bool> mask)
    {
        var slab = new byte[column.Leaf.Bytes * mask.Count(true)];
        var target = slab.AsSpan();
        for (var lane = 0; lane < mask.Length; lane++)
        {
            if (mask[lane])
            {
                column.Lane(lane).CopyTo(target);
                target = target[column.Leaf.Bytes..];
            }
        }

        return UnsafeByteOperations.UnsafeWrap(slab);
    }

    private static object[] Unpack(ValuePacker packer, ReadOnlySpan<byte> slab, int leaf, SpaceLeaf shape, int lanes)
    {
        var reader = new PackedReader(slab, NameOf(leaf, shape));
        var values = new object[lanes];
        for (var lane = 0; lane < lanes; lane++)
        {
            values[lane] = packer.Read(ref reader);
        }

        reader.CheckEnd();
        return values;
    }

    private static string NameOf(int leaf, SpaceLeaf shape) => $"leaf {leaf} '{shape.Path}'";

    private static string ElementsText(SpaceLeaf leaf) => leaf.Shape.IsEmpty ? string.Empty : string.Join(" x ", leaf.Shape) + " x ";

    private ByteString Packed(ValuePacker packer, Column column, ReadOnlySpan<bool> mask)
    {
        _writer.ResetWrittenCount();
        for (var lane = 0; lane < column.Lanes; lane++)
        {
            if (!mask.IsEmpty && !mask[lane])
            {
                continue;
            }

            if (column.Values![lane] is { } value)
            {
                packer.Write(value, _writer);
            }
            else
            {
                packer.WriteZero(_writer);
            }
        }

        return ByteString.CopyFrom(_writer.WrittenSpan);
    }

    private object[]?[]? Unpack(RepeatedField<ByteString> slabs, Columns columns, int lanes)
    {
        if (!HasVariableLeaves)
        {
            return null;
        }

        var values = new object[]?[slabs.Count];
        for (var leaf = 0; leaf < slabs.Count; leaf++)
        {
            values[leaf] = _packers[leaf] is { } packer ? Unpack(packer, slabs[leaf].Span, leaf, columns[leaf].Leaf, lanes) : null;
        }

        return values;
    }

    private void CheckCount(int count)
    {
        if (count != _packers.Length)
        {
            throw new ProtocolException($"{_packers.Length} leaves expected, got {count}.") { Reason = ErrorReasons.BadSlab };
        }
    }

    private void CheckFixed(ReadOnlySpan<byte> slab, Column column, int leaf, int lanes)
    {
        var shape = column.Leaf;
        if (_packers[leaf] is not null)
        {
            return;
        }

        var expected = (long)shape.Bytes * lanes;
        if (slab.Length != expected)
        {
            throw new ProtocolException(
                $"{NameOf(leaf, shape)}: {expected} bytes expected ({Plural.Of(lanes, "lane")} x {ElementsText(shape)}{shape.DType.Name()}), got {slab.Length}.")
            {
                Reason = ErrorReasons.BadSlab,
                Details = [("leaf", $"{leaf}"), ("expected", $"{expected}"), ("got", $"{slab.Length}")],
            };
        }

        if (shape.DType == DType.Bool)
        {
            FlagsCodec.CheckBits(slab, NameOf(leaf, shape));
        }
    }
}
