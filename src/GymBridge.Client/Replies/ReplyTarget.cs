using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Replies;

/// <summary>Where a reply goes: column bytes straight into the caller's buffers, everything else into properties.</summary>
/// <remarks>Reused from call to call.</remarks>
/// <param name="observationCodec">Reads observations; null where none are expected.</param>
internal sealed class ReplyTarget(SlabCodec? observationCodec = null)
{
    private byte[] _typesBytes = [];
    private PythonTypes? _types;

    /// <summary>Reads observations.</summary>
    public SlabCodec Codec => observationCodec ?? throw new ProtocolException("The reply has an observation, and none was asked for.");

    /// <summary>Reads infos of numbers.</summary>
    public FlatInfos Infos { get; } = new();

    /// <summary>The caller's buffers; null for a call that returns no observation.</summary>
    public VectorStep? Step { get; private set; }

    /// <summary>Whether rewards and flags are expected.</summary>
    public bool IsStep { get; private set; }

    /// <summary>The lanes whose observation is taken; null for all.</summary>
    public bool[]? Mask { get; private set; }

    public ulong Seq { get; set; }

    /// <summary>Microseconds inside the environment.</summary>
    public uint EnvUs { get; set; }

    /// <summary>Microseconds inside the host, the environment's included.</summary>
    public uint ServerUs { get; set; }

    public Fault? Fault { get; set; }

    public Value? Value { get; set; }

    public GeneratorState? Generator { get; set; }

    /// <summary>What the server did in the user's stead; null for nothing.</summary>
    public List<string>? Warnings { get; set; }

    /// <summary>The generators of all lanes, where they were asked for.</summary>
    public List<LaneGenerator>? Generators { get; set; }

    /// <summary>The Python types of what this reply brings; null for those of the contract.</summary>
    public PythonTypes? PythonTypes { get; private set; }

    /// <summary>The snapshot of a lane.</summary>
    public LaneSnapshot? Snapshot { get; set; }

    /// <summary>What is wrong with the reply; null if nothing is.</summary>
    public string? Problem { get; set; }

    /// <summary>Makes it ready for the next reply.</summary>
    public void Prepare(VectorStep? step = null, bool isStep = false, bool[]? mask = null)
    {
        Step = step;
        IsStep = isStep;
        Mask = mask;
        Clear();
    }

    /// <summary>Forgets what a reply has put here, before the same call is sent again.</summary>
    public void Clear()
    {
        Seq = 0;
        EnvUs = 0;
        ServerUs = 0;
        Fault = null;
        Value = null;
        Generator = null;
        Problem = null;
        Warnings = null;
        Snapshot = null;
        Generators = null;
        PythonTypes = null;
    }

    /// <summary>Takes the Python types of a reply; the same bytes give the same object.</summary>
    public void TakePythonTypes(ReadOnlySpan<byte> message)
    {
        if (_types is null || !message.SequenceEqual(_typesBytes))
        {
            (_typesBytes, _types) = (message.ToArray(), PythonTypesCodec.Decode(Protocol.V1.PythonTypes.Parser.ParseFrom(message)));
        }

        PythonTypes = _types;
    }
}
