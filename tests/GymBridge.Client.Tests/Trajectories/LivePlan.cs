using System.Text.Json;
using GymBridge.Environments;
using GymBridge.Spaces;

namespace GymBridge.Client.Tests.Trajectories;

/// <summary>What gymnasium_trajectory.py can stream.</summary>
internal sealed record LivePlan(IReadOnlyList<string> Seeds, int Steps, IReadOnlyList<LiveCase> Cases)
{
    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <summary>One environment with its arguments.</summary>
internal sealed record LiveCase(string Name, string EnvId, JsonElement Kwargs, JsonElement Options, string? Policy)
{
    public Info? ResetOptions => Read(Options);

    /// <summary>Whether it is made or reset with arguments.</summary>
    public bool IsVariant => Read(Kwargs) is { Count: > 0 } || ResetOptions is not null;

    public Env Make() => EnvironmentCatalog.CreateRegistry().Make(EnvId, new MakeOptions { Kwargs = Read(Kwargs) ?? Info.Empty });

    private static Info? Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? (Info)PythonJson.Read(json.GetRawText())! : null;
}
