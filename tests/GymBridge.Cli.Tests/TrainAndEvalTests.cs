namespace GymBridge.Cli.Tests;

[Collection(InThisProcess.Name)]
public class TrainAndEvalTests
{
    private static readonly string[] Keys =
    [
        "env_id", "algo", "seed", "total_timesteps", "seconds", "steps_per_second", "eval_mean_return", "eval_std_return", "eval_episodes", "run_folder", "digest",
    ];

    [Theory]
    [InlineData("dqn")]
    [InlineData("ppo")]
    [InlineData("reinforce")]
    public async Task Train_Json_PrintsOneObjectAndSavesARunThatEvalLoads(string algorithm)
    {
        using var folder = new TemporaryFolder();
        var train = await InThisProcess.RunAsync(
            "train", "CartPole-v1", "--algo", algorithm, "--total-timesteps", "2000", "--n-eval-episodes", "3", "--logdir", folder.FullName, "--json");
        Assert.Equal(0, train.ExitCode);
        Assert.Equal(Keys, train.Json.AsObject().Select(item => item.Key));
        var run = train.Json["run_folder"]!.GetValue<string>();
        Assert.StartsWith(folder.Combine($"CartPole-v1__{algorithm}__1__"), run, StringComparison.Ordinal);
        Assert.NotEmpty(await File.ReadAllLinesAsync(Path.Combine(run, "progress.csv")));

        var eval = await InThisProcess.RunAsync("eval", run, "--n-eval-episodes", "3", "--json");
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
            var result = await InThisProcess.RunAsync(
                "train", "CartPole-v1", "--seed", seed, "-n", "1024", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--json");
            digests.Add(result.Json["digest"]!.GetValue<string>());
        }

        Assert.Equal(digests[0], digests[1]);
        Assert.NotEqual(digests[0], digests[2]);
    }

    /// <summary>The bits of this version: whoever changes them sees it here, and says so in the changelog.</summary>
    [Theory]
    [InlineData("ppo", "829224d478487a2b88f61319bb094c46cfc250fc65e9718c4ed6a76610151d4b")]
    [InlineData("reinforce", "7f6de4ad84d74cf243218a17e7d2c2be916868c5351a4eda0f3a73b0648df790")]
    public async Task Train_Seed1OnTheManagedEngine_GivesTheBitsOfThisVersion(string algorithm, string digest)
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(
            "train", "CartPole-v1", "--algo", algorithm, "--seed", "1", "-n", "4096", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--engine", "managed", "--json");
        Assert.Equal(digest, result.Json["digest"]!.GetValue<string>());
    }

    [Fact]
    public async Task Train_Redirected_PrintsPlainLines()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "4096", "--n-eval-episodes", "2", "--logdir", folder.FullName);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("steps/s  mean return", result.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluation over 2 episodes: mean return", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task Train_OneLaneAndNoEpisodeEnds_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(
            "train", "Pendulum-v1", "--num-envs", "1", "--num-steps", "32", "-n", "64", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        Assert.Contains("64 timesteps, 1 lane, engine", result.Output, StringComparison.Ordinal);
        Assert.Contains("mean return       -  mean length       -", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", result.Output, StringComparison.Ordinal);
        Assert.Contains("norm_obs: false", await File.ReadAllTextAsync(Path.Combine(folder.Combine("mine"), "config.yml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ReturnsBelowTen_HaveTwoDecimals()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync("train", "FrozenLake-v1", "--algo", "q_learning", "-n", "500", "--n-eval-episodes", "2", "--logdir", folder.FullName);
        Assert.Matches(@"mean return    0\.\d\d  mean length +\d+\.\d\r?\n", result.Output);
        Assert.Matches(@"Evaluation over 2 episodes: mean return \d\.\d\d \+/- \d\.\d\d", result.Output);
    }

    [Fact]
    public async Task Eval_Latest_FindsTheNewestRun()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await InThisProcess.RunAsync("eval", "latest", "--n-eval-episodes", "1", "--logdir", folder.FullName, "--json");
        Assert.Equal(folder.Combine("mine"), result.Json["run_folder"]!.GetValue<string>());
    }

    [Fact]
    public async Task Eval_BelowMinReward_ExitsWithOne()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await InThisProcess.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "1", "--min-reward", "501");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("below --min-reward 501", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Flags_ReachTheAlgorithmAndTheRunFolder()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync(
            "train", "CartPole-v1", "-n", "64", "--num-envs", "4", "--num-steps", "16", "--lr", "0.01", "--anneal-lr", "false", "-p", "HiddenSizes=[8]", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var config = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Combine("mine"), "config.json")))!;
        Assert.Equal("4", config["num_envs"]!.ToString());
        Assert.Equal("0.01", config["options"]!["LearningRate"]!.ToString());
        Assert.Equal("[8]", config["options"]!["HiddenSizes"]!.ToJsonString());
    }

    [Fact]
    public async Task Train_EnvironmentKwargs_ReachTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(
            "train", "CartPole-v1", "-n", "256", "--env-kwargs", "sutton_barto_reward=true", "--n-eval-episodes", "2", "--logdir", folder.FullName, "--json");
        Assert.InRange(result.Json["eval_mean_return"]!.GetValue<double>(), -1, 0);
    }

    [Fact]
    public async Task Resume_RunIsComplete_PrintsTheCommandThatGoesOn()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await InThisProcess.RunAsync("train", "--resume", folder.Combine("mine"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"gymbridge train --resume {folder.Combine("mine")} --total-timesteps 512", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_MoreAtOnceThanIsAskedFor_Warns()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["train", "CartPole-v1", "--algo", "dqn", "--preset", "none", "-n", "20", "--num-envs", "10", "--n-eval-episodes", "0", "--logdir", folder.FullName];
        var result = await InThisProcess.RunAsync(common);
        Assert.Contains("warning: dqn makes 4 steps of each of 10 lanes at once, 40 timesteps in all, where 20 are asked for", result.Output + result.Error, StringComparison.Ordinal);
        result = await InThisProcess.RunAsync([.. common, "--train-freq", "2"]);
        Assert.DoesNotContain("warning: ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resume_NewestCheckpointIsDamaged_GoesOnFromTheOneBefore(bool byOneBit)
    {
        using var folder = new TemporaryFolder();
        var run = folder.Combine("mine");
        await InThisProcess.RunAsync(
            "train", "CartPole-v1", "-n", "1024", "--n-eval-episodes", "0", "--save-freq", "256", "--logdir", folder.FullName, "--run-name", "mine");
        var checkpoints = Directory.GetFiles(Path.Combine(run, "checkpoints")).OrderBy(path => new FileInfo(path).LastWriteTimeUtc).ToList();
        File.Delete(Path.Combine(run, "model.gym"));
        var bytes = byOneBit ? await File.ReadAllBytesAsync(checkpoints[^1]) : [];
        if (byOneBit)
        {
            bytes[bytes.Length / 2] ^= 1;
        }

        await File.WriteAllBytesAsync(checkpoints[^1], bytes);
        var result = await InThisProcess.RunAsync("train", "--resume", run, "-n", "1280");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"Going on with {checkpoints[^2]}", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_KeepsHowTheRunIsWatchedAndStopped()
    {
        using var folder = new TemporaryFolder();
        var run = folder.Combine("mine");
        await InThisProcess.RunAsync(
            "train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--eval-freq", "256", "--stop-reward", "1", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await InThisProcess.RunAsync("train", "--resume", run, "-n", "100000", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Null(result.Json["eval_mean_return"]);
        Assert.True(File.Exists(Path.Combine(run, "evaluations.csv")));
        Assert.InRange(result.Json["total_timesteps"]!.GetValue<long>(), 257, 99_999);
    }

    [Theory]
    [InlineData("--learning-rate", "--lr", "0.5")]
    [InlineData("--algo", "--algo", "dqn")]
    [InlineData("--seed", "--seed", "2")]
    [InlineData("'Acrobot-v1'", "Acrobot-v1")]
    public async Task Resume_WhatARunKeeps_CannotBeGiven(string name, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        var result = await InThisProcess.RunAsync(["train", .. arguments, "--resume", folder.Combine("mine"), "-n", "512"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("cannot be given with --resume", result.Error, StringComparison.Ordinal);
        Assert.Contains(name.TrimStart('-').Replace("learning-rate", "lr", StringComparison.Ordinal), result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_PrintConfig_TellsWhereEachValueCameFrom()
    {
        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--print-config", "--gamma", "0.9");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("gamma: 0.9  # --gamma", result.Output, StringComparison.Ordinal);
        Assert.Contains("learning_rate: lin_0.001  # preset ppo/CartPole-v1", result.Output, StringComparison.Ordinal);
        Assert.Contains("vf_coef: 0.5  # default", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_PolicyThatNeverEndsAnEpisode_IsCutAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync("train", "CliffWalking-v1", "-n", "64", "--num-steps", "64", "--n-eval-episodes", "1", "--logdir", folder.FullName);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("did not end and were cut after 10000 steps", result.Output, StringComparison.Ordinal);
        Assert.Contains("Trained 64 timesteps", result.Output, StringComparison.Ordinal);
    }
}
