using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Box, Discrete, MultiBinary, MultiDiscrete: the elements, row-major.</summary>
internal sealed class FixedPacker(Space space) : ValuePacker
{
    private readonly Columns _scratch = new(space, 1);

    public override int MinBytes => space.Leaves[0].Bytes;

    public override void Write(object value, IBufferWriter<byte> output)
    {
        _scratch.Write(0, value is NumPyScalar { Value: var array } && space is Discrete ? Convert.ToInt64(array.GetItem(0), null) : value);
        output.Write(_scratch[0].Bytes);
    }

    public override void WriteZero(IBufferWriter<byte> output)
    {
        _scratch[0].Bytes.Clear();
        output.Write(_scratch[0].Bytes);
    }

    public override object Read(ref PackedReader input)
    {
        input.Take(MinBytes).CopyTo(_scratch[0].Bytes);
        if (space.Leaves[0].DType == DType.Bool)
        {
            FlagsCodec.CheckBits(_scratch[0].Bytes, "packed bool");
        }

        return _scratch.Read(0);
    }
}
