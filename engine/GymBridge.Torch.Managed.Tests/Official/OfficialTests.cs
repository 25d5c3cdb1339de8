using System.Text.Json;
using GymBridge.Torch.Managed.Tests.Parity;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Official;

/// <summary>The programs of <see cref="Scenarios"/> against what TorchSharp itself made of them (golden/official.json).</summary>
public class OfficialTests
{
    private static readonly JsonElement Golden = GoldenFile.Load("official.json").GetProperty("scenarios");

    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenario_OnTheManagedEngine_GivesWhatTorchSharpGives(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = Golden.GetProperty(name);
        var error = Record.Exception(() =>
        {
            var outputs = Scenarios.All[name]();
            Assert.True(recorded.TryGetProperty("outputs", out var expected), "TorchSharp throws");
            Assert.Equal(expected.GetArrayLength(), outputs.Length);
            for (var i = 0; i < outputs.Length; i++)
            {
                var tolerance = outputs[i].dtype == float64 ? 1e-12 : 2e-6;
                Assert.True(GoldenFile.Difference(outputs[i], expected[i], tolerance, tolerance) is null, $"output {i}: {GoldenFile.Difference(outputs[i], expected[i], tolerance, tolerance)}");
            }
        });
        if (error is Xunit.Sdk.XunitException || (error is not null && !recorded.TryGetProperty("error", out _)))
        {
            Assert.Fail(error.ToString());
        }

        if (recorded.TryGetProperty("error", out var type))
        {
            Assert.NotNull(error);
            Assert.Equal(type.GetString(), error.GetType().Name);
            if (name.StartsWith("text: ", StringComparison.Ordinal))
            {
                Assert.Equal(recorded.GetProperty("message").GetString(), error.Message);
            }
        }
    }

    [Fact]
    public void Golden_EveryRecord_HasItsScenario() => Assert.Equal(Scenarios.All.Keys, Golden.EnumerateObject().Select(entry => entry.Name));
}
