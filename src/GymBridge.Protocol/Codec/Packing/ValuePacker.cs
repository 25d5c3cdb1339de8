using System.Buffers;
using System.Buffers.Binary;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Between a value of a space, in its natural .NET type, and its packed bytes; docs/protocol.md, section 5.</summary>
internal abstract class ValuePacker
{
    /// <summary>Fewest bytes of a packed value, so that a count can be checked before anything is made.</summary>
    public abstract int MinBytes { get; }

    /// <summary>The packer of a space.</summary>
    public static ValuePacker For(Space space) => space switch
    {
        Box or Discrete or MultiBinary or MultiDiscrete => new FixedPacker(space),
        Text => new TextPacker(),
        TupleSpace tuple => new TuplePacker(tuple),
        DictSpace dict => new DictPacker(dict),
        Sequence sequence => new SequencePacker(sequence),
        Graph graph => new GraphPacker(graph),
        OneOf oneOf => new OneOfPacker(oneOf),
        _ => throw new NotSupportedException($"Values of {space} ({space.GetType()}) cannot be carried."),
    };

    /// <summary>Appends a value.</summary>
    /// <exception cref="ArgumentException">It has another form than the space's values.</exception>
    public abstract void Write(object value, IBufferWriter<byte> output);

    /// <summary>Appends the zero value: what a lane holds before its first reset.</summary>
    public abstract void WriteZero(IBufferWriter<byte> output);

    /// <summary>Reads a value.</summary>
    /// <exception cref="ProtocolException">The bytes are no packed value.</exception>
    public abstract object Read(ref PackedReader input);

    protected static void WriteCount(int count, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), (uint)count);
        output.Advance(sizeof(uint));
    }

    protected static ArgumentException Misfit(object value, object space) =>
        new($"{value} ({value.GetType().Name}) is not a value of {space}.", nameof(value));
}
