using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Tuple: the children's packed values in order.</summary>
internal sealed class TuplePacker(TupleSpace space) : ValuePacker
{
    private readonly ValuePacker[] _parts = [.. space.Spaces.Select(For)];

    public override int MinBytes => _parts.Sum(part => part.MinBytes);

    public override void Write(object value, IBufferWriter<byte> output)
    {
        if (value is not IReadOnlyList<object?> items || items.Count != _parts.Length)
        {
            throw Misfit(value, space);
        }

        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i].Write(items[i] ?? throw Misfit(value, space), output);
        }
    }

    public override void WriteZero(IBufferWriter<byte> output) => Array.ForEach(_parts, part => part.WriteZero(output));

    public override object Read(ref PackedReader input)
    {
        var items = new object?[_parts.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = _parts[i].Read(ref input);
        }

        return new TupleValue([.. items]);
    }
}
