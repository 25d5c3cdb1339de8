using System.Diagnostics;
using System.Globalization;

namespace GymBridge.Cli.Tests;

/// <summary>Training on a Python environment, and what may go wrong with it.</summary>
public class PythonTrainingTests
{
    [PythonFact]
    public async Task Train_OnGymnasium_GivesTheSameDigestAsTheCSharpTwin()
    {
        using var folder = new TemporaryFolder();
        var digests = new List<string>();
        foreach (var env in new[] { "CartPole-v1", "gymnasium:CartPole-v1" })
        {
            var result = await Cli.RunAsync(
                "train", env, "-n", "2048", "--n-eval-episodes", "2", "--logdir", folder.FullName, "--json");
            Assert.True(result.ExitCode == 0, result.Error);
            digests.Add(result.Json["digest"]!.GetValue<string>());
        }

        Assert.Equal(digests[0], digests[1]);
    }

    /// <summary>MuJoCo and Box2D with continuous actions, by the settings of their presets where the environment has one.</summary>
    [PythonTheory]
    [InlineData("gymnasium:HalfCheetah-v5", "sac", "--learning-starts", "64")]
    [InlineData("gymnasium:BipedalWalker-v3", "ppo", "--n-steps", "64", "--num-envs", "2")]
    public async Task Train_PhysicsInPython_LearnsFromItAndEvaluates(string env, string algorithm, params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync(
            ["train", env, "--algo", algorithm, "-n", "128", "--n-eval-episodes", "1", "--logdir", folder.FullName, "--json", .. settings]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(result.Json["total_timesteps"]!.GetValue<long>(), 128, 256);
        Assert.True(double.IsFinite(result.Json["eval_mean_return"]!.GetValue<double>()));
    }

    [PythonFact]
    public async Task Train_VectorEntryPoint_IsKeptByTheRunAndTakenAgainByEval()
    {
        using var folder = new TemporaryFolder();
        string[] train = ["train", "gymnasium:CartPole-v1", "--vectorization", "vector_entry_point", "--num-envs", "4", "-n", "512", "--n-eval-episodes", "2", "--logdir", folder.FullName, "--run-name", "mine", "--json"];
        var trained = await Cli.RunAsync(train);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("\"vectorization\": \"vector_entry_point\"", await File.ReadAllTextAsync(Path.Combine(folder.Combine("mine"), "config.json")), StringComparison.Ordinal);
        var judged = await Cli.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "2", "--json");
        Assert.True(judged.ExitCode == 0, judged.Error);
        Assert.Equal(trained.Json["eval_mean_return"]!.ToJsonString(), judged.Json["eval_mean_return"]!.ToJsonString());
        var wrong = await Cli.RunAsync("train", "gymnasium:CartPole-v1", "--vectorization", "threads");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--vectorization must be one of 'sync', 'async', 'vector_entry_point', got 'threads'.", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ConnectionCutFiftyTimes_GivesTheSameDigestAsOneLeftAlone()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s")}"]);
        await server.FirstLineAsync();
        using var proxy = new CuttingProxy(folder.Combine("s")) { CutEvery = (12, 50) };
        var digests = new List<string>();
        foreach (var address in new[] { $"unix:{folder.Combine("s")}", proxy.Address })
        {
            var result = await Cli.RunAsync(
                "train", "CartPole-v1", "--address", address, "--transport", "grpc", "-n", "8192", "--n-steps", "128", "--n-eval-episodes", "2", "--logdir", folder.FullName, "--json");
            Assert.True(result.ExitCode == 0, result.Error);
            digests.Add(result.Json["digest"]!.GetValue<string>());
        }

        Assert.Equal(50, proxy.Cuts);
        Assert.Equal(digests[0], digests[1]);
    }

    [PythonFact]
    public async Task Train_HostIsKilled_EndsWithAClearError()
    {
        using var folder = new TemporaryFolder();
        using var train = Cli.Start(["train", "gymnasium:CartPole-v1", "-n", "100000000", "--logdir", folder.FullName, "--run-name", "mine"]);
        await Progress.WaitAsync(Path.Combine(folder.Combine("mine"), "config.json"));
        KillChildren(train.Process.Id);
        var result = await train.WaitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("signal 9", result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Train_HostIsKilledWithRestartHost_GoesOnFromTheLastReset()
    {
        using var folder = new TemporaryFolder();
        using var train = Cli.Start(["train", "gymnasium:CartPole-v1", "-n", "40000", "--n-eval-episodes", "1", "--restart-host", "--logdir", folder.FullName, "--run-name", "mine"]);
        await Progress.WaitAsync(Path.Combine(folder.Combine("mine"), "config.json"));
        KillChildren(train.Process.Id);
        var result = await train.WaitAsync();
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("signal 9", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("--restart-host: another is started", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_InterpreterIsMissing_NamesItAndTheRemedy()
    {
        var result = await Cli.RunAsync(
            ["train", "gymnasium:CartPole-v1"],
            new Dictionary<string, string?> { ["GYMBRIDGE_HOST_PYTHON"] = "/nonexistent/python" });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/nonexistent/python", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_VirtualEnvironmentIsMissing_SaysHowToMakeIt()
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync(
            ["train", "gymnasium:CartPole-v1"],
            new Dictionary<string, string?> { ["GYMBRIDGE_VENV"] = folder.Combine("none") });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("gymbridge python install", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_PythonIsMissing_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync(
            ["python", "install", "--python", "/nonexistent/python"],
            new Dictionary<string, string?> { ["GYMBRIDGE_VENV"] = folder.Combine("venv") });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/nonexistent/python", result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Train_GymnasiumIsMissing_NamesTheInterpreterAndThePipCommand()
    {
        using var folder = new TemporaryFolder();
        using (var make = Process.Start("python3", ["-m", "venv", "--without-pip", folder.Combine("bare")]))
        {
            await make.WaitForExitAsync();
        }

        var python = Path.Combine(folder.Combine("bare"), "bin", "python");
        var result = await Cli.RunAsync(
            ["train", "gymnasium:CartPole-v1"],
            new Dictionary<string, string?> { ["GYMBRIDGE_HOST_PYTHON"] = python });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(python, result.Error, StringComparison.Ordinal);
        Assert.Contains("install", result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Train_UnknownGymnasiumId_PassesTheSuggestionOn()
    {
        var result = await Cli.RunAsync("train", "gymnasium:CartPol-v1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("CartPole", result.Error, StringComparison.Ordinal);
    }

    private static void KillChildren(int parent)
    {
        using var kill = Process.Start("pkill", ["-9", "-P", parent.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
