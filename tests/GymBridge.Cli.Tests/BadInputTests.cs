namespace GymBridge.Cli.Tests;

/// <summary>Every wrong input ends with a clear message and the right exit code: 1 failure, 2 usage.</summary>
[Collection(InThisProcess.Name)]
public class BadInputTests
{
    [Theory]
    [InlineData(1, "Did you mean 'CartPole-v1'", "train", "CartPol-v1")]
    [InlineData(1, "Did you mean 'CartPole-v1'", "train", "cartpole-v1")]
    [InlineData(1, "Environment version `v7` for environment `CartPole` doesn't exist. It provides versioned environments: [ `v0`, `v1` ].", "train", "CartPole-v7")]
    [InlineData(1, "Malformed environment id", "train", "Cart Pole")]
    [InlineData(2, "Did you mean 'ppo'", "train", "CartPole-v1", "--algo", "pp0")]
    [InlineData(2, "PPO cannot run with these options: --gamma must be between 0 and 1, got 2.", "train", "CartPole-v1", "--gamma", "2")]
    [InlineData(2, "PPO cannot run with these options: --learning-rate must be positive and finite, got -1.", "train", "CartPole-v1", "--lr", "-1")]
    [InlineData(2, "DQN cannot run with these options: --tau must be positive and finite, got -1.", "train", "CartPole-v1", "--algo", "dqn", "--preset", "none", "--tau", "-1")]
    [InlineData(2, "--batch-size must not be above --buffer-size, got 32 and 10.", "train", "CartPole-v1", "--algo", "dqn", "--preset", "none", "--buffer-size", "10")]
    [InlineData(2, "-p RolloutSteps must be at least 1, got 0", "train", "CartPole-v1", "-p", "n_steps=0")]
    [InlineData(1, " cannot be kept in '/proc/x' (--buffer-folder)", "train", "CartPole-v1", "--algo", "dqn", "--preset", "none", "--buffer-folder", "/proc/x")]
    [InlineData(2, "a3c steps each lane by itself, so that nothing can be normalised or stacked over all of them (--normalize", "train", "CartPole-v1", "--algo", "a3c", "--normalize", "true", "--num-envs", "2")]
    [InlineData(1, "'CartPole-v1' and 'Acrobot-v1' are no twins: the observation space of the left one is Box([", "verify", "CartPole-v1", "Acrobot-v1")]
    [InlineData(2, "--host-processes is the number of Python processes that host an environment, and none hosts 'CartPole-v1' here", "train", "CartPole-v1", "--host-processes", "2")]
    [InlineData(2, "--transport says how a server is reached, and 'CartPole-v1' is made without one", "train", "CartPole-v1", "--transport", "grpc")]
    [InlineData(2, "--tls-ca says how a server is reached, and 'CartPole-v1' is made without one", "check", "CartPole-v1", "--tls-ca", "x.pem")]
    [InlineData(2, "'reinforce' has no option '--clip-coef'; it has --", "train", "CartPole-v1", "--algo", "reinforce", "--clip-coef", "0.1")]
    [InlineData(1, "error: TypeError: Environment 'CartPole-v1' got an unexpected keyword argument 'gravity'; it takes sutton_barto_reward.", "train", "CartPole-v1", "--env-kwargs", "gravity=1")]
    [InlineData(2, "--total-timesteps must be positive, got 0", "train", "CartPole-v1", "-n", "0")]
    [InlineData(1, "is no run folder", "eval", "no-such-run")]
    [InlineData(1, "is no run folder", "train", "--resume", "no-such-run")]
    [InlineData(2, "'../x' is no name for a run", "train", "CartPole-v1", "--run-name", "../x")]
    [InlineData(2, "--num-envs must be between 1 and 1000000, got 1000000000", "train", "CartPole-v1", "--n-envs", "1000000000")]
    [InlineData(2, "-p HiddenSizes must be between 1 and 65536 in every element, got [1000000000]", "train", "CartPole-v1", "-p", "HiddenSizes=[1000000000]")]
    [InlineData(2, "'fast' is no value for '--learning-rate'", "train", "CartPole-v1", "--lr", "fast")]
    [InlineData(1, "nobody", "train", "CartPole-v1", "--address", "unix:/nonexistent/nobody.sock")]
    [InlineData(1, "Did you mean 'CartPole-v1'", "serve", "--port", "0", "--env", "CartPole1")]
    [InlineData(2, "'' is not a host name or IP address; use 'host:port'", "serve", "--host", "")]
    [InlineData(2, "'a b' is not a host name or IP address; use 'host:port'", "serve", "--host", "a b")]
    [InlineData(2, "'99999' is no value for '--port': a whole number from 0 to 65535 is expected.", "serve", "--port", "99999")]
    [InlineData(2, "'-1' is no value for '--port': a whole number from 0 to 65535 is expected.", "serve", "--port", "-1")]
    [InlineData(2, "'nonsense' is not an address; use 'host:port'", "serve", "--address", "nonsense")]
    [InlineData(2, "'nonsense' is not an address; use 'host:port'", "train", "CartPole-v1", "--address", "nonsense")]
    [InlineData(2, "The path of a Unix socket may have 107 bytes", "serve", "--address", "unix:/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData(2, "leave --host and --port out", "serve", "--address", "127.0.0.1:0", "--port", "1")]
    [InlineData(2, "'0' is no value for '--max-sessions': a whole number of at least 1 is expected.", "serve", "--max-sessions", "0")]
    [InlineData(2, "'99999999999' is no value for '--max-message-bytes': a whole number of at least 65536 is expected.", "serve", "--max-message-bytes", "99999999999")]
    [InlineData(1, "--ready-file '/nonexistent/ready' cannot be written: there is no such folder.", "serve", "--port", "0", "--ready-file", "/nonexistent/ready")]
    [InlineData(2, "'::ffff:127.0.0.1' is an IPv4 address written as one of IPv6; listen on '127.0.0.1'.", "serve", "--host", "::ffff:127.0.0.1", "--port", "0")]
    [InlineData(2, "'loud' is no value for '--log-level': Trace, Debug", "serve", "--log-level", "loud")]
    [InlineData(2, "a positive speed, got --episodes 1, --video-length 1000, --fps NaN.", "record", "CartPole-v1", "--fps", "NaN")]
    [InlineData(1, "A video shows more than 0 and at most 1000000 frames a second, got 1E+300.", "record", "CartPole-v1", "--fps", "1e300", "-o", "/tmp/gymbridge-no-such-film.gif")]
    [InlineData(2, "error: 'x.webm' ends in '.webm'; a recording ends in .gif or .mp4, or is a folder for single frames.", "record", "NoSuch-v0", "-o", "x.webm")]
    [InlineData(2, "error: '/tmp/x.GIFF' ends in '.GIFF'; a recording ends in .gif or .mp4", "record", "no-such-run", "-o", "/tmp/x.GIFF")]
    [InlineData(2, "A game needs --fps from 0 to 1000, a --zoom above 0 and up to 100, and at least one of --episodes, got --fps NaN", "play", "CartPole-v1", "--fps", "NaN")]
    [InlineData(2, "got --fps , --zoom Infinity", "play", "CartPole-v1", "--zoom", "Infinity")]
    [InlineData(2, "a positive speed, got --episodes 0, --video-length 1000.", "record", "CartPole-v1", "--episodes", "0")]
    [InlineData(2, "--logdir names a LOGDIR, and was given an empty text.", "train", "CartPole-v1", "--logdir", "")]
    [InlineData(2, "--output names a FILE, and was given an empty text.", "record", "CartPole-v1", "-o", "")]
    [InlineData(2, "--output names a FILE, and was given an empty text.", "export", "latest", "-o", "")]
    [InlineData(2, "--output names a FOLDER, and was given an empty text.", "bench", "learning", "greedy-bandit", "-o", "")]
    [InlineData(2, "--resume names a RUN, and was given an empty text.", "train", "--resume", "")]
    [InlineData(2, "--ready-file names a FILE, and was given an empty text.", "serve", "--ready-file", "")]
    [InlineData(2, "without slashes, colons and line ends.", "train", "CartPole-v1", "--run-name", "a\nb")]
    [InlineData(2, "Algorithm 'ppo' has no preset 'gymbridge.dll'.", "train", "CartPole-v1", "--preset", "gymbridge.dll")]
    [InlineData(2, "; a file of options is given by --config.", "train", "CartPole-v1", "--preset", "gymbridge.dll")]
    [InlineData(2, "There is no completion for 'tcsh'; there is one for bash, zsh, fish, pwsh.", "completion", "tcsh")]
    [InlineData(2, "'x' is no keyword argument; write name=value.", "train", "CartPole-v1", "--env-kwargs", "x")]
    [InlineData(2, "--env-kwargs desc: '['SF', 'FG'' is no Python value: ',' or ']' is expected", "train", "FrozenLake-v1", "--env-kwargs", "desc=['SF', 'FG'")]
    [InlineData(2, "'-1' is no seed", "train", "CartPole-v1", "--seed", "-1")]
    [InlineData(2, "'1.5' is no seed", "train", "CartPole-v1", "--seed", "1.5")]
    [InlineData(2, "error: '--no-such-flag' is no option of 'gymbridge train'.\nTry 'gymbridge train --help'.", "train", "CartPole-v1", "--no-such-flag")]
    [InlineData(2, "error: '--total-timestep' is no option of 'gymbridge train'. Did you mean '--total-timesteps'?\nTry", "train", "CartPole-v1", "--total-timestep", "100")]
    [InlineData(2, "error: '--alog' is no option of 'gymbridge train'. Did you mean '--algo'?\nTry", "train", "--alog=ppo")]
    [InlineData(2, "error: '--alog' is no option of 'gymbridge train'. Did you mean '--algo'", "train", "--alog", "ppo", "CartPole-v1", "--seed", "1")]
    [InlineData(2, "error: '--jsno' is no option of 'gymbridge bench learning'. Did you mean '--json'?\nTry 'gymbridge bench learning --help'.", "bench", "learning", "--jsno")]
    [InlineData(2, "error: '--jsno' is no option of 'gymbridge eval'. Did you mean '--json'?", "eval", "--jsno")]
    [InlineData(2, "error: 'trian' is no command of 'gymbridge'. Did you mean 'train'?\nTry 'gymbridge --help'.", "trian", "CartPole-v1")]
    [InlineData(2, "error: 'instal' is no command of 'gymbridge python'. Did you mean 'install'?\nTry 'gymbridge python --help'.", "python", "instal")]
    [InlineData(2, "error: 'Pendulum-v1' is one argument too many for 'gymbridge train', which takes ENV. Leave it out", "train", "CartPole-v1", "Pendulum-v1")]
    [InlineData(2, "error: Required argument 'ENV' missing for command: 'solve'.\nTry 'gymbridge mdp solve --help'.", "mdp", "solve")]
    [InlineData(2, "'--algo' takes one value and was given 2; give it once.", "train", "CartPole-v1", "--algo", "ppo", "--algo", "a2c")]
    [InlineData(2, "Required argument 'ENV' missing", "train")]
    public async Task Command_WrongInput_SaysWhatIsWrong(int exitCode, string message, params string[] arguments)
    {
        var result = await InThisProcess.RunAsync(arguments);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output.Replace("\n", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_OldVersion_WarnsOnceOnStderr()
    {
        var result = await InThisProcess.RunAsync("check", "CartPole-v0");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["warning: The environment CartPole-v0 is out of date. You should consider upgrading to version `v1`."],
            result.Error.Split('\n').Where(line => line.Contains("CartPole-v0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{ \"env_id\": ", "is no configuration of a run: line 1: Expected")]
    [InlineData("[]", "is no configuration of a run: line 1: the text as a whole is of another kind than belongs there")]
    [InlineData("{ \"env_id\": \"CartPole-v1\",\n\"num_envs\": \"two\" }", "is no configuration of a run: line 2: the value of 'num_envs' is of another kind")]
    [InlineData("{ \"env_id\": \"CartPole-v1\",\n\"total_timesteps\": 1e99 }", "line 2: the value of 'total_timesteps' is of another kind than belongs there, or is too large.")]
    [InlineData("{ \"env_id\": \"CartPole-v1\", \"algorithm\": \"ppo\", \"num_envs\": 1, \"options\": {} }", "lacks the environment, its lanes, the algorithm, its options or the seed")]
    public async Task Eval_DamagedConfiguration_SaysWhereInPlainWords(string text, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("config.json"), text);
        var result = await InThisProcess.RunAsync("eval", folder.FullName);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Path: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1: Expected")]
    [InlineData("{}", "a key is missing, or its value is of another kind.")]
    [InlineData("{ \"env_id\": 3 }", "a key is missing, or its value is of another kind.")]
    public async Task Record_DamagedGame_SaysSoInPlainWords(string text, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("game.json"), text);
        var result = await InThisProcess.RunAsync("record", folder.Combine("game.json"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"holds no game, as 'gymbridge play --save' writes it: {message}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ConfigWithoutEnd_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var result = await InThisProcess.RunAsync("train", "CartPole-v1", "--config", "/dev/zero");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--config: '/dev/zero' is longer than 64 MiB, which no such file is.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval")]
    [InlineData("export")]
    [InlineData("record")]
    [InlineData("train", "-n", "1024", "--resume")]
    public async Task Command_CheckpointOfAnotherAlgorithm_IsRefusedWithBothNames(params string[] verb)
    {
        using var folder = new TemporaryFolder();
        string[] options = ["-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName];
        await InThisProcess.RunAsync(["train", "CartPole-v1", "--run-name", "mine", .. options]);
        await InThisProcess.RunAsync(["train", "CartPole-v1", "--algo", "a2c", "--run-name", "other", .. options]);
        File.Copy(folder.Combine("other/model.gym"), folder.Combine("mine/model.gym"), overwrite: true);
        var result = await InThisProcess.RunAsync([.. verb, folder.Combine("mine")]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"error: '{folder.Combine("mine/model.gym")}' was trained by a2c on CartPole-v1 with seed 1, and '{folder.Combine("mine")}' is a run of ppo on CartPole-v1 with seed 1 (config.json): put the file back to where it belongs.\n",
            result.Error);
    }

    [Theory]
    [InlineData("on CartPole-v0 with seed 1", "CartPole-v0")]
    [InlineData("on CartPole-v1 with seed 2", "CartPole-v1", "--seed", "2")]
    public async Task Eval_CheckpointOfAnotherRunOfTheSameSpaces_IsRefused(string told, params string[] other)
    {
        using var folder = new TemporaryFolder();
        string[] options = ["-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName];
        await InThisProcess.RunAsync(["train", "CartPole-v1", "--run-name", "mine", .. options]);
        await InThisProcess.RunAsync(["train", .. other, "--run-name", "other", .. options]);
        File.Copy(folder.Combine("other/model.gym"), folder.Combine("mine/model.gym"), overwrite: true);
        var result = await InThisProcess.RunAsync("eval", folder.Combine("mine"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"was trained by ppo {told}, and", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OneOfEach_IsToldInTheSingular()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(
            "train", "CartPole-v1", "--algo", "one_step_actor_critic", "-n", "1", "--n-eval-episodes", "1", "--logdir", folder.FullName);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("(seed 1, 1 timestep, 1 lane, ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluation over 1 episode: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_TruncatedWeights_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "mine");
        foreach (var file in Directory.EnumerateFiles(folder.Combine("mine"), "*.gym", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)]);
        }

        var result = await InThisProcess.RunAsync("eval", folder.Combine("mine"));
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
    }
}
