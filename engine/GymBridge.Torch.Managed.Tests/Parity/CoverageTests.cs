using System.Reflection;
using System.Text.Json;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>What of the golden files is tested, and where. A section or case that is new in a file fails here until it is.</summary>
public class CoverageTests
{
    private const string Agents = "GymBridge.Agents.Tests";

    /// <summary>File, section, number of its cases, and the test that runs all of them: of this assembly, or named as Assembly: Class.Method.</summary>
    private static readonly (string File, string Section, int Cases, string Test)[] Covered =
    [
        ("ops.json", "cases", 1192, "OpsParityTests"),
        ("ops.json", "promotion_binary", 216, "PromotionParityTests"),
        ("ops.json", "promotion_unary", 132, "PromotionParityTests"),
        ("layers.json", "cases", 43, "LayersParityTests.Module_EveryRecord_MatchesPyTorch"),
        ("layers.json", "nature_cnn", 8, "LayersParityTests.NatureCnn_ForwardAndBackward_MatchesPyTorchsDigests"),
        ("optim.json", "start", 2, "OptimParityTests"),
        ("optim.json", "grads_per_step", 20, "OptimParityTests"),
        ("optim.json", "trajectories", 22, "OptimParityTests"),
        ("optim.json", "closed_loop", 3, "OptimParityTests"),
        ("optim.json", "clipping", 20, "OptimParityTests"),
        ("optim.json", "schedulers", 10, "OptimParityTests"),
        ("optim_rules.json", "trajectories", 10, "OptimParityTests"),
        ("optim_rules.json", "schedules", 6, "ScheduleTests"),
        ("distributions.json", "cases", 20, "DistributionsParityTests"),
        ("distributions.json", "kl_divergence", 9, "DistributionsParityTests"),
        ("distributions.json", "squashed_gaussian", 2, "DistributionsParityTests"),
        ("rng.json", "programs", 390, "RngParityTests.Program_EverySeed_DrawsWhatPyTorchDraws"),
        ("rng.json", "mt19937_first_words", 5, "RngParityTests.Engine_EverySeed_StartsWithMt19937sWords"),
        ("rng.json", "baseline_kernels", 55, "RngParityTests.BaselineKernels_EveryRecord_DifferInTheLastBitsOnly"),
        ("rl.json", "gae", 4, $"{Agents}: RlGoldenTests.Advantages_EveryRollout_AreStableBaselines3s"),
        ("rl.json", "ppo", 4, "RlParityTests.Ppo_EveryRecord_MatchesPyTorch"),
        ("rl.json", "a2c", 13, "RlParityTests.A2c_Record_MatchesPyTorch"),
        ("rl.json", "dqn", 2, "RlParityTests.Dqn_Record_MatchesPyTorch"),
        ("rl.json", "soft_update", 5, "RlParityTests.SoftUpdate_Record_MatchesPyTorch"),
        ("rl.json", "sac", 34, "RlParityTests.Sac_Record_MatchesPyTorch"),
        ("rl.json", "dpo", 10, "RlParityTests.Dpo_EveryKind_MatchesPyTorch"),
        ("rl.json", "grpo", 15, "RlParityTests.Grpo_EveryAggregation_MatchesPyTorch"),
        ("rl.json", "normalisation", 2, $"{Agents}: RlGoldenTests.Moments_EveryUpdate_AreStableBaselines3s"),
        ("samples.json", "programs", 18, "SamplesParityTests.Program_EverySeed_DrawsWhatLibtorchDraws"),
        ("samples.json", "points", 3, "SamplesParityTests.SpecialFunction_EveryOne_MatchesLibtorch"),
        ("samples.json", "others", 3, "SamplesParityTests.SpecialFunction_EveryOne_MatchesLibtorch"),
        ("samples.json", "functions", 13, "SamplesParityTests.SpecialFunction_EveryOne_MatchesLibtorch"),
        ("samples.json", "gradients", 2, "SamplesParityTests.StandardGamma_Gradient_IsLibtorchsWithinItsApproximation"),
        ("official.json", "scenarios", Official.Scenarios.All.Count, "OfficialTests"),
        ("checkpoint/expected.json", "sha256", 3, $"CheckpointParityTests (.dat), {Agents}: SafeTensorsTests, PyTorchFileTests"),
    ];

    [Fact]
    public void GoldenFile_EverySection_IsRunWhole()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "golden");
        var found = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .SelectMany(file => Sections(file).Select(section => (file, section.Name, section.Cases)));
        Assert.Equal(Covered.Select(entry => (entry.File, entry.Section, entry.Cases)).Order(), found.Order());
    }

    [Fact]
    public void GoldenFile_EverySectionOfThisAssembly_NamesATestThatExists()
    {
        foreach (var test in Covered.Select(entry => entry.Test).Where(test => !test.StartsWith(Agents, StringComparison.Ordinal)))
        {
            var parts = test.Split(' ')[0].Split('.');
            var type = Assembly.GetExecutingAssembly().GetTypes().SingleOrDefault(t => t.Name == parts[0]);
            Assert.True(type is not null && (parts.Length == 1 || type.GetMethod(parts[1]) is not null), test);
        }
    }

    private static IEnumerable<(string Name, int Cases)> Sections(string file) =>
        GoldenFile.Load(file).EnumerateObject()
            .Where(section => section.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && section.Name is not ("meta" or "count" or "tolerance"))
            .Where(section => file != "checkpoint/expected.json" || section.Name == "sha256")
            .Select(
                section =>
                    (section.Name, section.Value.ValueKind == JsonValueKind.Array ? section.Value.GetArrayLength() : section.Value.EnumerateObject().Count()));
}
