using System.Text.Json;
using GymBridge.Environments;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>What gymnasium_trajectory.py can stream.</summary>
internal sealed record LivePlan(IReadOnlyList<string> Seeds, int Steps, IReadOnlyList<LiveCase> Cases)
{
    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <summary>One environment with its arguments.</summary>
internal sealed record LiveCase(string Name, string EnvId, JsonElement Kwargs, JsonElement Options, string? Policy)
{
    public Info? ResetOptions => Read(Options);

    public Env Make() => EnvironmentCatalog.CreateRegistry().Make(EnvId, new MakeOptions { Kwargs = Read(Kwargs) ?? Info.Empty });

    private static Info? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var info = new Info();
        foreach (var property in json.EnumerateObject())
        {
            info[property.Name] = Value(property.Value);
        }

        return info;
    }

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array => json.EnumerateArray().Select(Value).ToList(),
        _ => json.TryGetInt64(out var number) ? number : json.GetDouble(),
    };
}
