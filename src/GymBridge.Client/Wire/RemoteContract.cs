using System.Collections.Concurrent;
using System.Collections.Immutable;
using GymBridge.Client.Replies;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using Space = GymBridge.Spaces.Space;

namespace GymBridge.Client.Wire;

/// <summary>What a server said about an environment, decoded and checked.</summary>
internal sealed record RemoteContract(
    string EnvId,
    Space ObservationSpace,
    Space ActionSpace,
    EnvMetadata Metadata,
    PythonTypes PythonTypes,
    EnvSpec? Spec,
    ImmutableSortedDictionary<string, string> Versions,
    ImmutableArray<string> Warnings)
{
    // A step's message is its columns and a few fields around them.
    private const long MessageOverhead = 4096;

    private static readonly ConcurrentDictionary<string, bool> Told = new(StringComparer.Ordinal);

    /// <summary>Whether a lane's state can be saved and restored.</summary>
    public bool CanSaveState { get; private init; }

    /// <summary>Whether generators here can be those of the lanes there.</summary>
    public bool HasLiveGenerators { get; private init; }

    /// <summary>Whether actions of another element type than the space's travel as they are.</summary>
    public bool TakesExactActions { get; private init; }

    /// <summary>Up to which element type the environment computes with actions as they are; null for the space's own.</summary>
    public DType? WidestActionDType { get; private init; }

    /// <summary>Decodes a contract.</summary>
    /// <exception cref="ProtocolException">It does not keep the protocol.</exception>
    public static RemoteContract Decode(Contract contract, string envId) => new(
        envId,
        SpaceCodec.Decode(contract.ObservationSpace ?? throw new ProtocolException("The contract has no observation space.")),
        SpaceCodec.Decode(contract.ActionSpace ?? throw new ProtocolException("The contract has no action space.")),
        DecodeMetadata(contract),
        PythonTypesCodec.Decode(contract.PythonTypes),
        contract.SpecJson.Length == 0 ? null : SpecJson.Read(contract.SpecJson),
        contract.Versions.ToImmutableSortedDictionary(StringComparer.Ordinal),
        [.. contract.Warnings.Select(Printable.Of)])
    {
        HasLiveGenerators = contract.Capabilities.Contains("live_generator"),
        CanSaveState = contract.Capabilities.Contains("snapshot"),
        TakesExactActions = contract.Capabilities.Contains("exact_actions"),
        WidestActionDType = contract.ActionDtypes is [var dtype] && Enum.IsDefined((DType)dtype) ? (DType)dtype : null,
    };

    /// <summary>Tells each warning that was not told before in this process.</summary>
    public void Tell(Action<string>? onWarning)
    {
        foreach (var warning in Warnings)
        {
            if (onWarning is not null && Told.TryAdd($"{EnvId}: {warning}", true))
            {
                onWarning($"'{EnvId}': {warning}");
            }
        }
    }

    /// <summary>Throws unless a step of so many lanes fits into a message.</summary>
    /// <exception cref="MessageTooLargeException">It does not; the text says what would.</exception>
    public void CheckStepSize(int lanes, AutoresetMode mode, long limit)
    {
        var observation = ObservationSpace.Leaves.Sum(leaf => (long)leaf.Bytes);
        var action = ActionSpace.Leaves.Sum(leaf => (long)leaf.Bytes);
        var perLane = Math.Max(action, (observation * (mode == AutoresetMode.SameStep ? 2 : 1)) + sizeof(double) + 3);
        var size = (perLane * lanes) + MessageOverhead;
        if (size > limit)
        {
            throw new MessageTooLargeException(
                $"A step of {Plural.Of(lanes, "lane")} of '{EnvId}' takes messages of up to {size:N0} bytes, over the limit of {limit:N0}. Use at most {Math.Max(0, (limit - MessageOverhead) / perLane)} lanes, or raise ClientOptions.MaxMessageBytes here and --max-message-bytes on the server.");
        }
    }

    private static EnvMetadata DecodeMetadata(Contract contract)
    {
        var metadata = ValueCodec.DecodeInfo(contract.Metadata, "metadata");
        double? fps = metadata is not null && metadata.TryGetValue("render_fps", out var value)
            ? value switch { long number => number, double number => number, _ => null }
            : null;
        return new EnvMetadata([.. contract.RenderModes], fps);
    }
}
