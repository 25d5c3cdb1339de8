namespace GymBridge.Cli.Tests;

[Collection(InThisProcess.Name)]
public class BenchTests
{
    private static readonly string[] Parts = ["policy", "encode", "wire", "host", "environment", "decode"];

    [Fact]
    public Task Bench_CSharpEnvironment_ShowsTheBudgetOfAStep() => AssertBudget("CartPole-v1");

    [PythonFact]
    public Task Bench_PythonEnvironment_ShowsTheBudgetOfAStep() => AssertBudget("gymnasium:CartPole-v1");

    [Fact]
    public async Task Bench_AbsurdSizes_AreRefused()
    {
        var result = await InThisProcess.RunAsync("bench", "CartPole-v1", "--num-envs", "1000000000");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("a whole number from 1 to 1000000 is expected", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("recurrent_ppo")]
    [InlineData("reinforce")]
    public async Task BenchTraining_OfAnAlgorithm_SplitsItsTime(string algorithm)
    {
        var result = await Cli.RunAsync("bench", "training", "CartPole-v1", "--algo", algorithm, "--total-timesteps", "3000", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        var parts = result.Json["seconds"]!.AsObject();
        Assert.Equal(["environment", "bridge", "policy", "forward", "backward", "optimizer"], parts.Select(part => part.Key));
        Assert.Equal(result.Json["total_seconds"]!.GetValue<double>(), parts.Sum(part => part.Value!.GetValue<double>()), 1e-6);
        Assert.All(parts.Where(part => part.Key != "bridge"), part => Assert.True(part.Value!.GetValue<double>() > 0, part.Key));
    }

    [PythonTheory]
    [InlineData("CartPole-v1", "futex")]
    [InlineData("CartPole-v1", "pipe")]
    [InlineData("gymnasium:CartPole-v1", "pipe")]
    public async Task Bench_ThroughSharedMemory_SaysHowTheSidesWakeEachOther(string id, string bell)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var result = await Cli.RunAsync(
            ["bench", id, "--steps", "300", "--transport", "shm", "--json"], new Dictionary<string, string?> { ["GYMBRIDGE_SHM_BELL"] = bell });

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("shm", result.Json["transport"]!.GetValue<string>());
        Assert.Equal(bell, result.Json["bell"]!.GetValue<string>());
    }

    private static async Task AssertBudget(string id)
    {
        var result = await InThisProcess.RunAsync("bench", id, "--steps", "50", "--num-envs", "2", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        var parts = result.Json["us_per_step"]!.AsObject();
        Assert.Equal(Parts, parts.Select(part => part.Key));
        Assert.Equal(result.Json["total_us_per_step"]!.GetValue<double>(), parts.Sum(part => part.Value!.GetValue<double>()), 0.5);
        Assert.All(parts.Where(part => part.Key != "wire"), part => Assert.True(part.Value!.GetValue<double>() >= 0, part.Key));
    }
}
