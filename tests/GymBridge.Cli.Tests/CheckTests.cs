namespace GymBridge.Cli.Tests;

[Collection(InThisProcess.Name)]
public class CheckTests
{
    [Fact]
    public async Task Check_EveryEnvironmentOfTheRegistry_Passes()
    {
        var envs = await InThisProcess.RunAsync("envs", "--json");
        foreach (var id in envs.Json.AsArray().Select(spec => spec!["id"]!.GetValue<string>()))
        {
            var result = await InThisProcess.RunAsync("check", id, "--json");
            Assert.True(result.ExitCode == 0, $"{id}: {result.Output}");
            Assert.True(result.Json["passed"]!.GetValue<bool>());
        }
    }

    [PythonFact]
    public async Task Check_APythonEnvironment_Passes()
    {
        var result = await InThisProcess.RunAsync("check", "gymnasium:CartPole-v1", "--json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Check_Strict_ExitsWithOneOnWarnings()
    {
        var result = await InThisProcess.RunAsync("check", "CartPole-v1", "--strict");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("warning: ", result.Output, StringComparison.Ordinal);
    }
}
