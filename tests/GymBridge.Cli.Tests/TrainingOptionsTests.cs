namespace GymBridge.Cli.Tests;

[Collection(InThisProcess.Name)]
public class TrainingOptionsTests
{
    [Fact]
    public async Task Train_InterruptedBeforeItBegins_SaysSoAndMakesNothing()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(["train", "CartPole-v1", "--logdir", folder.Combine("runs")], new CancellationToken(true));
        Assert.Equal((130, string.Empty, "Interrupted.\n"), (result.ExitCode, result.Output, result.Error));
        Assert.False(Directory.Exists(folder.Combine("runs")));
    }

    [Fact]
    public async Task PrintConfig_FromFourPlaces_FlagThenVariableThenFileThenPreset()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("my.yml");
        await File.WriteAllTextAsync(file, "CartPole-v1:\n  policy: 'MlpPolicy'\n  gamma: 0.3\n  n_steps: 3\n  n_epochs: 3\n  n_timesteps: !!float 1e3\n");
        var result = await Cli.RunAsync(
            ["train", "CartPole-v1", "--print-config", "--config", file, "--gamma", "0.1"],
            new Dictionary<string, string?> { ["GYMBRIDGE_TRAIN_GAMMA"] = "0.2", ["GYMBRIDGE_TRAIN_N_STEPS"] = "2" });
        var lines = result.Output.Split('\n');
        Assert.Contains("gamma: 0.1  # --gamma", lines);
        Assert.Contains("n_steps: 2  # GYMBRIDGE_TRAIN_N_STEPS", lines);
        Assert.Contains($"n_epochs: 3  # {file}/CartPole-v1", lines);
        Assert.Contains("batch_size: 256  # preset ppo/CartPole-v1", lines);
        Assert.Contains("vf_coef: 0.5  # default", lines);
        Assert.Contains("n_timesteps: 1000", lines);
    }

    [Theory]
    [InlineData("CartPole-v1:\n  use_sde: true\n", "has no option 'use_sde' (")]
    [InlineData("algo: sac\nent_coef: auto\n", "holds options of 'sac', and 'ppo' is to be trained: add --algo sac")]
    [InlineData("Pendulum-v1:\n  gamma: 0.9\n", "has no section for 'CartPole-v1'")]
    [InlineData("gamma: [\n", "line")]
    [InlineData("gamma: much\n", "'much' is no value for 'gamma' (")]
    [InlineData("gamma: &own [*own]\n", "aliases (*name) make the text endless")]
    [InlineData("CartPole-v1: &own\n  <<: *own\n", "aliases (*name) make the text endless")]
    public async Task Train_WrongFile_SaysWhatAndWhere(string text, string message)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("my.yml");
        await File.WriteAllTextAsync(file, text);
        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--print-config", "--config", file);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("my.yml", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ppo", "--gamma", "0.9", "--lr", "lin_0.001", "--normalize")]
    [InlineData("reinforce", "--baseline", "None")]
    [InlineData("sac", "--learning-starts", "7")]
    public async Task PrintConfig_WrittenToAFile_IsAFileOfTheSameSettings(string algorithm, params string[] flags)
    {
        using var folder = new TemporaryFolder();
        string[] command = ["train", "Pendulum-v1", "--algo", algorithm, "--print-config"];
        var printed = (await InThisProcess.RunAsync([.. command, .. flags])).Output;
        var file = folder.Combine("printed.yml");
        await File.WriteAllTextAsync(file, printed);
        var again = await InThisProcess.RunAsync([.. command, "--config", file]);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(Values(printed), Values(again.Output));

        static string[] Values(string output) => [.. output.Split('\n').Select(line => line.Split("  #")[0])];
    }

    [Fact]
    public async Task Train_FileThatCannotBeRead_IsWrongUsage()
    {
        using var folder = new TemporaryFolder();
        foreach (var (file, message) in new[] { (folder.FullName, "is a folder; name a YAML file"), (folder.Combine("none.yml"), "Could not find file") })
        {
            var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--print-config", "--config", file);
            Assert.Equal(2, result.ExitCode);
            Assert.StartsWith("error: --config: ", result.Error, StringComparison.Ordinal);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Describe_EveryAlgorithm_HasACardAndValidPresets()
    {
        var names = (await InThisProcess.RunAsync("describe", "--json")).Json.AsArray().Select(name => name!.GetValue<string>()).ToList();
        Assert.Contains("ppo", names);
        foreach (var name in names)
        {
            var card = (await InThisProcess.RunAsync("describe", name, "--json")).Json["card"]!.AsObject();
            Assert.True(card.ContainsKey("next state") && card.ContainsKey("on-policy"), $"AlgorithmCard has no card of '{name}'.");
            foreach (var preset in card["presets"]!.GetValue<string>().Split(", ").Where(preset => preset != "none"))
            {
                var result = await InThisProcess.RunAsync("train", preset, "--algo", name, "--print-config");
                Assert.True(result.ExitCode == 0, result.Error);
            }
        }
    }

    [Fact]
    public async Task Train_InitFrom_BeginsWithTheOtherRunsWeights()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--json"];
        await InThisProcess.RunAsync(["train", "CartPole-v1", "--run-name", "first", .. common]);

        // With a learning rate of next to nothing the weights stay what they were.
        var second = await InThisProcess.RunAsync(["train", "CartPole-v1", "--run-name", "second", "--init-from", folder.Combine("first"), "--lr", "1e-30", .. common]);
        var first = await InThisProcess.RunAsync("eval", folder.Combine("first"), "--n-eval-episodes", "1", "--json");
        Assert.Equal(first.Json["digest"]!.ToString(), second.Json["digest"]!.ToString());
    }

    [Fact]
    public async Task Train_InitFromAnotherShape_NamesBothEnvironments()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName];
        await InThisProcess.RunAsync(["train", "CartPole-v1", "--run-name", "first", .. common]);
        var result = await InThisProcess.RunAsync(["train", "Acrobot-v1", "--preset", "none", "--init-from", folder.Combine("first"), .. common]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: The weights of a policy of ppo on CartPole-v1 do not fit a policy of ppo on Acrobot-v1: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_NormalizedAndStacked_ResumesEvaluatesAndExports()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["--logdir", folder.FullName, "--json"];
        string[] options = ["--normalize", "--frame-stack", "2", "--n-eval-episodes", "2"];
        var whole = await InThisProcess.RunAsync(["train", "CartPole-v1", "-n", "1024", "--run-name", "whole", .. options, .. common]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        await InThisProcess.RunAsync(["train", "CartPole-v1", "-n", "512", "--lr", "1e-3", "--clip-coef", "0.2", "--run-name", "half", .. options, .. common]);
        var half = await InThisProcess.RunAsync(["train", "--resume", folder.Combine("half"), "-n", "1024", "--n-eval-episodes", "2", .. common]);
        Assert.True(half.ExitCode == 0, half.Error);
        var same = await InThisProcess.RunAsync(["train", "CartPole-v1", "-n", "1024", "--lr", "1e-3", "--clip-coef", "0.2", "--run-name", "same", .. options, .. common]);
        Assert.Equal(same.Json["digest"]!.ToString(), half.Json["digest"]!.ToString());
        var eval = await InThisProcess.RunAsync("eval", folder.Combine("whole"), "--n-eval-episodes", "2", "--json");
        Assert.Equal(whole.Json["eval_mean_return"]!.ToJsonString(), eval.Json["eval_mean_return"]!.ToJsonString());
        var given = Path.GetRelativePath(Environment.CurrentDirectory, folder.Combine("whole"));
        var export = await InThisProcess.RunAsync("export", given);
        Assert.Contains("same actions", export.Output + export.Error, StringComparison.Ordinal);
        Assert.Contains($"Wrote {Path.Combine(given, "export", "model.onnx")}", export.Output, StringComparison.Ordinal);
        Assert.Contains($"Wrote {Path.Combine(given, "export", "policy.json")}", export.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrintConfig_PresetThatNormalizes_SaysSo()
    {
        var lines = (await InThisProcess.RunAsync("train", "Acrobot-v1", "--norm-reward", "false", "--print-config")).Output.Split('\n');
        Assert.Contains("norm_obs: true  # preset ppo/Acrobot-v1", lines);
        Assert.Contains("norm_reward: false  # --norm-reward", lines);
        Assert.Contains("frame_stack: 1  # default", lines);
    }

    [Fact]
    public async Task PrintConfig_ChoiceCalledNone_IsThatChoice()
    {
        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--algo", "reinforce", "--baseline", "None", "--print-config");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(result.Output.Split('\n'), line => line.StartsWith("baseline: ", StringComparison.Ordinal) && line.Contains("None", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Seeds_Json_HasEveryRunAndWhatTheySayTogether()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--seeds", "3,5", "-n", "256", "--n-eval-episodes", "1", "--logdir", folder.FullName, "--json");
        Assert.Equal(["3", "5"], result.Json["runs"]!.AsArray().Select(run => run!["seed"]!.ToString()));
        Assert.Equal(["median", "iqr", "mean", "ci95"], result.Json["eval_mean_return"]!.AsObject().Select(item => item.Key));
    }

    [Theory]
    [InlineData("'5..1' names no seeds", "train", "CartPole-v1", "--seeds", "5..1")]
    [InlineData("Tags 'tb' are not known", "train", "CartPole-v1", "-n", "256", "--log-tags", "tb")]
    [InlineData("has no preset 'CartPol-v1'. Did you mean 'CartPole-v1'", "train", "CartPole-v1", "--preset", "CartPol-v1")]
    [InlineData("a picture ends in .svg or .png", "plot", "runs", "-o", "curve.pdf")]
    [InlineData("holds no run", "plot", "/nonexistent/run")]
    [InlineData("Algorithm 'dpo' steps no environment: a program gives DPO what it learns from, see docs/algorithms/dpo.md; 'gymbridge bench learning dpo' trains it", "train", "TokenPreference-v0", "--algo", "dpo")]
    [InlineData("Algorithm 'cql' steps no environment: ConservativeQ.Fit takes an OfflineDataset", "train", "CartPole-v1", "--algo", "cql")]
    [InlineData("a recording ends in .gif or .mp4", "record", "CartPole-v1", "-o", "cart.avi")]
    public async Task Command_WrongInput_SaysWhatIsWrong(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(arguments[0] == "train" ? [.. arguments, "--logdir", folder.FullName] : arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
