using System.Text.Json;

namespace GymBridge.Testing;

/// <summary>Numbers that independent programs computed (tests/Shared/oracles.json), by the names of their keys.</summary>
internal static class Oracles
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests/Shared/oracles.json"))).RootElement;

    /// <summary>What stands at a path of keys.</summary>
    public static JsonElement At(params ReadOnlySpan<string> keys)
    {
        var element = Root;
        foreach (var key in keys)
        {
            element = element.GetProperty(key);
        }

        return element;
    }

    public static double Number(params ReadOnlySpan<string> keys) => At(keys).GetDouble();

    /// <summary>All numbers below a path in order, row after row; null is NaN.</summary>
    public static double[] Numbers(params ReadOnlySpan<string> keys) => [.. Flatten(At(keys))];

    private static IEnumerable<double> Flatten(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Flatten),
        JsonValueKind.Null => [double.NaN],
        _ => [element.GetDouble()],
    };
}
