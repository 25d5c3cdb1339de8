namespace GymBridge.Cli.Tests;

public class TrainAndEvalTests
{
    private static readonly string[] Keys =
    [
        "env_id", "algo", "seed", "total_timesteps", "seconds", "steps_per_second", "eval_mean_return", "eval_std_return", "eval_episodes", "run_folder", "digest",
    ];

    [Theory]
    [InlineData("ppo")]
    [InlineData("reinforce")]
    public async Task Train_Json_PrintsOneObjectAndSavesARunThatEvalLoads(string algorithm)
    {
        using var folder = new TemporaryFolder();
        var train = await Cli.RunAsync(
            "train", "CartPole-v1", "--algo", algorithm, "--total-timesteps", "2000", "--n-eval-episodes", "3", "--logdir", folder.FullName, "--json");
        Assert.Equal(0, train.ExitCode);
        Assert.Equal(Keys, train.Json.AsObject().Select(item => item.Key));
        var run = train.Json["run_folder"]!.GetValue<string>();
        Assert.StartsWith(folder.Combine($"CartPole-v1__{algorithm}__1__"), run, StringComparison.Ordinal);
        Assert.NotEmpty(await File.ReadAllLinesAsync(Path.Combine(run, "progress.csv")));

        var eval = await Cli.RunAsync("eval", run, "--n-eval-episodes", "3", "--json");
        Assert.Equal(0, eval.ExitCode);
        Assert.Equal(Keys, eval.Json.AsObject().Select(item => item.Key));
        Assert.Equal(train.Json["digest"]!.ToString(), eval.Json["digest"]!.ToString());
        Assert.Equal(train.Json["eval_mean_return"]!.ToString(), eval.Json["eval_mean_return"]!.ToString());
    }

    [Fact]
    public async Task Train_SameSeedTwice_GivesTheSameDigest()
    {
        using var folder = new TemporaryFolder();
        var digests = new List<string>();
        foreach (var seed in new[] { "5", "5", "6" })
        {
            var result = await Cli.RunAsync(
                "train", "CartPole-v1", "--seed", seed, "-n", "1024", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--json");
            digests.Add(result.Json["digest"]!.GetValue<string>());
        }

        Assert.Equal(digests[0], digests[1]);
        Assert.NotEqual(digests[0], digests[2]);
    }

    [Fact]
    public async Task Train_Redirected_PrintsPlainLines()
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync("train", "CartPole-v1", "-n", "4096", "--n-eval-episodes", "2", "--logdir", folder.FullName);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("steps/s  mean return", result.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluation over 2 episodes: mean return", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task Eval_Latest_FindsTheNewestRun()
    {
        using var folder = new TemporaryFolder();
        await Cli.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await Cli.RunAsync("eval", "latest", "--n-eval-episodes", "1", "--logdir", folder.FullName, "--json");
        Assert.Equal(folder.Combine("mine"), result.Json["run_folder"]!.GetValue<string>());
    }

    [Fact]
    public async Task Eval_BelowMinReward_ExitsWithOne()
    {
        using var folder = new TemporaryFolder();
        await Cli.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await Cli.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "1", "--min-reward", "501");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("below --min-reward 501", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Flags_ReachTheAlgorithmAndTheRunFolder()
    {
        using var folder = new TemporaryFolder();
        await Cli.RunAsync(
            "train", "CartPole-v1", "-n", "64", "--num-envs", "4", "--num-steps", "16", "--lr", "0.01", "--anneal-lr", "false", "-p", "HiddenSizes=[8]", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var config = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Combine("mine"), "config.json")))!;
        Assert.Equal("4", config["options"]!["NumEnvs"]!.ToString());
        Assert.Equal("0.01", config["options"]!["LearningRate"]!.ToString());
        Assert.Equal("[8]", config["options"]!["HiddenSizes"]!.ToJsonString());
    }

    [Fact]
    public async Task Train_EnvironmentKwargs_ReachTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync(
            "train", "CartPole-v1", "-n", "256", "--env-kwargs", "sutton_barto_reward=true", "--n-eval-episodes", "2", "--logdir", folder.FullName, "--json");
        Assert.InRange(result.Json["eval_mean_return"]!.GetValue<double>(), -1, 0);
    }

    [Fact]
    public async Task Train_Interrupted_SavesTheWeightsAndExitsWith130()
    {
        using var folder = new TemporaryFolder();
        using var train = Cli.Start(["train", "CartPole-v1", "-n", "100000000", "--logdir", folder.FullName, "--run-name", "mine"]);
        await Progress.WaitAsync(Path.Combine(folder.Combine("mine"), "config.json"));
        Progress.Signal(train.Process.Id, "INT");
        var result = await train.WaitAsync();
        Assert.Equal((130, "Interrupted.\n"), (result.ExitCode, result.Error));
        var eval = await Cli.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "1", "--json");
        Assert.Equal(0, eval.ExitCode);
    }
}
