using System.Text.Json.Nodes;
using TorchSharp;

namespace GymBridge.Torch.Tests.Official;

/// <summary>The engine's golden/official.json is what TorchSharp itself makes of its programs. To write it anew:
/// <c>GYMBRIDGE_ENGINE=libtorch GYMBRIDGE_ACCEPT_GOLDEN=1 dotnet test tests/GymBridge.Torch.Tests -c Release --filter OfficialGolden</c>.</summary>
public class OfficialGoldenTests
{
    private static readonly string Golden = RepositoryRoot.Combine("engine/GymBridge.Torch.Managed.Tests/golden/official.json");

    [Fact]
    public void Golden_OnLibtorch_IsWhatTorchSharpMakes()
    {
        if (EngineIdentity.Current.Kind != EngineKind.Libtorch)
        {
            return; // the engine's own tests compare the managed one with the file
        }

        // The order of its sums depends on the number of threads.
        torch.set_num_threads(1);
        var text = OfficialRecorder.Record();
        if (Environment.GetEnvironmentVariable("GYMBRIDGE_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(Golden, text);
            return;
        }

        var (made, kept) = (Scenarios(text), Scenarios(File.ReadAllText(Golden)));
        Assert.Equal(kept.Select(item => item.Key), made.Select(item => item.Key));
        Assert.All(kept, item => Assert.True(AreNear(item.Value, made[item.Key]), $"{item.Key}: {made[item.Key]}\nrecorded: {item.Value}"));
    }

    private static JsonObject Scenarios(string text) => JsonNode.Parse(text)!["scenarios"]!.AsObject();

    // Vector widths differ between machines, and with them the last bits.
    private static bool AreNear(JsonNode? first, JsonNode? second) => (first, second) switch
    {
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(item => b.ContainsKey(item.Key) && AreNear(item.Value, b[item.Key])),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => AreNear(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) when a.TryGetValue(out double x) && b.TryGetValue(out double y) => Math.Abs(x - y) <= 2e-6 * Math.Max(1, Math.Abs(x)),
        _ => JsonNode.DeepEquals(first, second),
    };
}
