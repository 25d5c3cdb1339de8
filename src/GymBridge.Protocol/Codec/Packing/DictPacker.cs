using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Dict: the children's packed values in stored order, without keys.</summary>
internal sealed class DictPacker(DictSpace space) : ValuePacker
{
    private readonly (string Key, ValuePacker Packer)[] _parts = [.. space.Spaces.Select(item => (item.Key, For(item.Space)))];

    public override int MinBytes => _parts.Sum(part => part.Packer.MinBytes);

    public override void Write(object value, IBufferWriter<byte> output)
    {
        if (value is not Info info || info.Count != _parts.Length)
        {
            throw Misfit(value, space);
        }

        foreach (var (key, packer) in _parts)
        {
            packer.Write(info.TryGetValue(key, out var part) && part is not null ? part : throw Misfit(value, space), output);
        }
    }

    public override void WriteZero(IBufferWriter<byte> output) => Array.ForEach(_parts, part => part.Packer.WriteZero(output));

    public override object Read(ref PackedReader input)
    {
        var info = new Info();
        foreach (var (key, packer) in _parts)
        {
            info[key] = packer.Read(ref input);
        }

        return info;
    }
}
