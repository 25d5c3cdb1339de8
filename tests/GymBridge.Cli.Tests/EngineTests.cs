using System.Text.Json.Nodes;

namespace GymBridge.Cli.Tests;

/// <summary>Which engine computes, and that everything says so. That libtorch computes is shown where it is installed (tests/RunAll).</summary>
public class EngineTests
{
    private const string Managed = "managed 0.1.0 (TorchSharp 0.107.0)";

    [Fact]
    public async Task Version_NamesTheCommandAndBothEngines()
    {
        using var home = new TemporaryFolder();
        var result = await RunAsync(home, "--version");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["gymbridge 0.1.0", $"engine {Managed}", "other engine libtorch: not installed ('gymbridge torch install' fetches it)"], result.Output.TrimEnd().Split(Environment.NewLine));
        var json = (await RunAsync(home, "--version", "--json")).Json;
        Assert.Equal(Managed, json["managed"]!.GetValue<string>());
        Assert.Null(json["libtorch"]);
    }

    [Theory]
    [InlineData(1, "is not installed", "--engine", "libtorch")]
    [InlineData(1, "gymbridge torch install", "--device", "cuda")]
    [InlineData(2, "'jax' is no tensor engine; choose managed or libtorch", "--engine", "jax")]
    [InlineData(2, "'tpu' is no device", "--device", "tpu")]
    [InlineData(2, "--device cuda needs --engine libtorch", "--device", "cuda", "--engine", "managed")]
    [InlineData(2, "One process computes with one engine, got managed and libtorch", "--engine", "managed,libtorch")]
    [InlineData(2, "'0' is no value for '--threads': a whole number of at least 1 is expected", "--threads", "0")]
    public async Task Train_AnEngineThatCannotBe_SaysWhatToDo(int exitCode, string message, params string[] options)
    {
        using var home = new TemporaryFolder();
        var result = await RunAsync(home, ["train", "CartPole-v1", .. options]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Fact]
    public async Task Train_AVariableThatNamesNoEngine_SaysSo()
    {
        var result = await Cli.RunAsync(["train", "CartPole-v1"], new Dictionary<string, string?> { ["GYMBRIDGE_ENGINE"] = "tensorflow" });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'tensorflow' (GYMBRIDGE_ENGINE) is no tensor engine", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_TwoEngines_IsRefused()
    {
        var result = await Cli.RunAsync("verify", "CartPole-v1", "CartPole-v1", "--engine", "managed", "--engine", "libtorch");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("two engines agree to rounding, never to the bit", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAndEval_OnTheManagedEngine_SayItInOutputConfigurationAndCheckpoint()
    {
        using var home = new TemporaryFolder();
        var train = await RunAsync(home, "train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", home.FullName, "--run-name", "mine");
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains($"engine {Managed}", train.Output.Split(Environment.NewLine)[0], StringComparison.Ordinal);
        var file = Path.Combine(home.Combine("mine"), "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Equal(Managed, config["engine"]!.GetValue<string>());
        Assert.Equal(Managed, GymBridge.Agents.Algorithm.Inspect(Path.Combine(home.Combine("mine"), "model.gym")).Engine);

        // A run of an engine that is not here is evaluated all the same, and that is said.
        config["engine"] = "libtorch 2.10.0 (TorchSharp 0.107.0)";
        await File.WriteAllTextAsync(file, config.ToJsonString());
        var eval = await RunAsync(home, "eval", home.Combine("mine"), "--n-eval-episodes", "1");
        Assert.True(eval.ExitCode == 0, eval.Error);
        Assert.Contains($"the run was made on libtorch 2.10.0 (TorchSharp 0.107.0), this is {Managed}", eval.Output, StringComparison.Ordinal);
    }

    [LibtorchFact]
    public async Task Verify_OnLibtorch_IsIdenticalOnBothSides()
    {
        var result = await Cli.RunAsync(
            "verify", "CartPole-v1", "gymnasium:CartPole-v1", "--engine", "libtorch", "--seed", "1", "--total-timesteps", "2048", "--json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.True(result.Json["identical"]!.GetValue<bool>());
    }

    [Fact]
    public async Task TorchCheck_ThisCommandsAgents_CanRunOnTheManagedEngine()
    {
        var result = await Cli.RunAsync("torch", "check", Path.Combine(AppContext.BaseDirectory, "GymBridge.Agents.dll"), "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Json["complete"]!.GetValue<bool>());
        Assert.Empty(result.Json["missing"]!.AsArray());
    }

    [Theory]
    [InlineData("is no file", "nothing.dll")]
    [InlineData("is no .NET assembly", "gymbridge.deps.json")]
    public async Task TorchCheck_NoAssembly_SaysSo(string message, string file)
    {
        var result = await Cli.RunAsync("torch", "check", file);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static Task<Cli.Result> RunAsync(TemporaryFolder home, params string[] arguments) =>
        Cli.RunAsync(arguments, new Dictionary<string, string?> { ["GYMBRIDGE_HOME"] = home.FullName, ["GYMBRIDGE_ENGINE"] = null });
}
