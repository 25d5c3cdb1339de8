namespace GymBridge.Cli.Tests;

/// <summary><c>gymbridge mdp</c>: tables and solutions as text and JSON.</summary>
[Collection(InThisProcess.Name)]
public class MdpTests
{
    [Fact]
    public async Task Dump_OfASmallProcess_PrintsEveryOutcome()
    {
        var text = await InThisProcess.RunAsync("mdp", "dump", "LineWorld-v0");
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("LineWorld-v0: 5 states, 2 actions; starts in state 1", text.Output, StringComparison.Ordinal);
        Assert.Contains("    3      1            1     4            1 ends", text.Output, StringComparison.Ordinal);
        Assert.Contains("    4 terminal", text.Output, StringComparison.Ordinal);

        var json = (await InThisProcess.RunAsync("mdp", "dump", "StateMachine-v0", "--json")).Json;
        Assert.Equal("[[0.7,0,5,false],[0.1,1,0,false],[0.2,2,0,false]]", json["transitions"]![1]![0]!.ToJsonString());
        Assert.Equal((3, 2, "[]"), (json["states"]!.GetValue<int>(), json["actions"]!.GetValue<int>(), json["terminal"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("value-iteration", 3.789948615)]
    [InlineData("policy-iteration", 3.789948615)]
    [InlineData("uniform", 1.468712134)]
    [InlineData("soft", 3.840625633)]
    [InlineData("inference", 26.346804459)]
    public async Task Solve_ByEachMethod_GivesTheKnownValues(string method, double value)
    {
        var json = (await InThisProcess.RunAsync("mdp", "solve", "StateMachine-v0", "--gamma", "0.9", "--method", method, "--json")).Json;
        Assert.Equal(value, json["start_value"]!.GetValue<double>(), 1e-8);
        Assert.Equal(3, json["action_values"]!.AsArray().Count);
    }

    [Fact]
    public async Task Solve_AsText_ShowsValuesAndActions()
    {
        var result = await InThisProcess.RunAsync("mdp", "solve", "Chain-v0", "--gamma", "0.9", "--env-kwargs", "n=3");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Chain-v0 by value-iteration, gamma 0.9: 3 sweeps, last change 0", result.Output, StringComparison.Ordinal);
        Assert.Contains("    0              0.9             0.81              0.9      1", result.Output, StringComparison.Ordinal);
        Assert.Contains("An episode is worth 0.9 at its start.", result.Output, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Solve_OfAPythonEnvironment_IsThatOfItsTwin()
    {
        var python = await InThisProcess.RunAsync("mdp", "solve", "gymnasium:FrozenLake-v1", "--json");
        Assert.True(python.ExitCode == 0, python.Error);
        var twin = await InThisProcess.RunAsync("mdp", "solve", "FrozenLake-v1", "--json");
        Assert.Equal(twin.Json["values"]!.ToJsonString(), python.Json["values"]!.ToJsonString());
        Assert.Equal(0.5420259320, python.Json["start_value"]!.GetValue<double>(), 1e-8);
    }

    [Theory]
    [InlineData(1, "'CartPole-v1' has no tables of transitions", "mdp", "dump", "CartPole-v1")]
    [InlineData(2, "--gamma must be from 0 to 1, got 1.5", "mdp", "solve", "Chain-v0", "--gamma", "1.5")]
    [InlineData(2, "There is no method 'magic'; choose one of value-iteration,", "mdp", "solve", "Chain-v0", "--method", "magic")]
    [InlineData(2, "--temperature must be above 0, got 0", "mdp", "solve", "Chain-v0", "--temperature", "0")]
    [InlineData(1, "Take a gamma below 1", "mdp", "solve", "RewardChain-v0", "--gamma", "1", "--tolerance", "1e-3")]
    public async Task Mdp_OfWhatCannotBe_SaysSo(int exitCode, string message, params string[] arguments)
    {
        var result = await InThisProcess.RunAsync(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
