using System.Reflection;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Service;

/// <summary>Writes what a client is told about an environment.</summary>
internal static class ContractFactory
{
    /// <summary>What this host can do beside the basics.</summary>
    public static readonly string[] Capabilities = ["attributes", "drive", "generator", "partial_reset", "raw", "render", "resume"];

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
            SpecJson = env.Spec is null ? string.Empty : SpecText(env.Spec),
        };
        contract.Capabilities.AddRange(Capabilities);
        contract.AutoresetModes.AddRange(AutoresetModes);
        contract.RenderModes.AddRange(env.Metadata.RenderModes);
        foreach (var (name, version) in Versions)
        {
            contract.Versions.Add(name, version);
        }

        return contract;
    }

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
