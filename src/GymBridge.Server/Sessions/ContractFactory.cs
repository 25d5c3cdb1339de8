using System.Reflection;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>Writes what a client is told about an environment.</summary>
internal static class ContractFactory
{
    /// <summary>What this host can do beside the basics.</summary>
    public static readonly string[] Capabilities =
    [
        "attributes", "drive", "exact_actions", "fencing", "generator", "live_generator", "partial_reset", "raw", "render", "resume",
        "step_some_lanes", "withdraw_open",
    ];

    private static readonly Wire.AutoresetMode[] AutoresetModes =
        [Wire.AutoresetMode.NextStep, Wire.AutoresetMode.SameStep, Wire.AutoresetMode.Disabled];

    public static KeyValuePair<string, string>[] Versions { get; } =
    [
        new("gymbridge", typeof(ContractFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"),
        new("dotnet", RuntimeInformation.FrameworkDescription),
    ];

    public static Wire.Contract Create(string id, VectorEnv env, GymBridgeOptions options)
    {
        var contract = new Wire.Contract
        {
            Generation = ProtocolConstants.Generation,
            EnvId = env.Spec?.Id ?? id,
            ObservationSpace = SpaceCodec.Encode(env.SingleObservationSpace),
            ActionSpace = SpaceCodec.Encode(env.SingleActionSpace),
            MaxLanes = (uint)options.MaxLanes,
            SpecHash = ByteString.CopyFrom(SpecHash.Compute(env.SingleObservationSpace, env.SingleActionSpace, env.PythonTypes)),
            Metadata = ValueCodec.Encode(env.Metadata.ToInfo(), "metadata"),
            MaxMessageBytes = (ulong)options.MaxMessageBytes,
            PythonTypes = PythonTypesCodec.Encode(env.PythonTypes),
            Limits = LimitsOf(options),
            SpecJson = env.Spec is null ? string.Empty : SpecText(env.Spec),
        };
        contract.Capabilities.AddRange(Capabilities);
        if (env.CanSaveState)
        {
            contract.Capabilities.Add("snapshot");
        }

        if (env.WidestActionDType is { } widest)
        {
            contract.ActionDtypes.Add((Wire.DType)widest);
        }

        contract.AutoresetModes.AddRange(AutoresetModes);
        contract.RenderModes.AddRange(env.Metadata.RenderModes);
        foreach (var (name, version) in Versions)
        {
            contract.Versions.Add(name, version);
        }

        return contract;
    }

    /// <summary>The caps of the host.</summary>
    public static Wire.Limits LimitsOf(GymBridgeOptions options) => new()
    {
        MaxSessions = (uint)options.MaxSessions,
        MaxTotalLanes = (uint)options.MaxTotalLanes,
        MaxLanes = (uint)options.MaxLanes,
        MaxMessageBytes = (ulong)options.MaxMessageBytes,
        MaxControlBytes = (ulong)options.MaxControlBytes,
        MaxValueDepth = ProtocolConstants.MaxValueDepth,
        MaxValueItems = ProtocolConstants.MaxValueItems,
        MaxTextBytes = ProtocolConstants.MaxTextBytes,
        MaxExpandedBytes = (ulong)options.MaxExpandedBytes,
        CallTimeoutMs = Milliseconds(options.CallLimit),
        OpenTimeoutMs = Milliseconds(options.OpenLimit),
        MinLeaseMs = Milliseconds(options.MinLease),
        MaxLeaseMs = Milliseconds(options.MaxLease),
        MaxStreamsPerConnection = ProtocolConstants.MaxStreamsPerConnection,
        MaxConnectionsPerPeer = (uint)options.MaxConnectionsPerPeer,
        MaxEnvironmentThreads = (uint)options.MaxEnvironmentThreads,
    };

    private static uint Milliseconds(TimeSpan time) => (uint)Math.Min(time.TotalMilliseconds, uint.MaxValue);

    /// <summary>The specification as JSON; empty where a keyword argument has no JSON form, as the contract allows.</summary>
    public static string SpecText(EnvSpec spec)
    {
        try
        {
            return spec.ToJson();
        }
        catch (ArgumentException)
        {
            return string.Empty;
        }
    }
}
