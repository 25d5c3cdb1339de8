namespace GymBridge.Cli.Tests;

/// <summary>An environment that raises ends every verb with exit code 1, the class, the text and the user's own line.</summary>
public class EnvironmentErrorTests
{
    private const string Module = """
        import builtins
        import gymnasium as gym
        import numpy as np


        class Own(Exception):
            pass


        class Fails(gym.Env):
            metadata = {"render_modes": []}
            observation_space = gym.spaces.Box(0, 1, (1,), np.float32)
            action_space = gym.spaces.Discrete(2)

            def __init__(self, what="RuntimeError", where="step", render_mode=None):
                self.what, self.where = what, where
                self.fail("init")

            def fail(self, where):
                if where == self.where:
                    raise getattr(builtins, self.what, Own)("the gripper is stuck")

            def reset(self, *, seed=None, options=None):
                super().reset(seed=seed)
                self.fail("reset")
                return np.zeros(1, np.float32), {}

            def step(self, action):
                self.fail("step")
                return np.zeros(1, np.float32), 0.0, self.where == "close", False, {}

            def close(self):
                self.fail("close")


        gym.register("Fails-v0", Fails)
        """;

    private const string RaisingLine = "line 21, in fail";

    [PythonTheory]
    [InlineData("RuntimeError", "step", "train")]
    [InlineData("KeyError", "step", "train")]
    [InlineData("ZeroDivisionError", "reset", "train")]
    [InlineData("ValueError", "step", "train")]
    [InlineData("AssertionError", "reset", "check")]
    [InlineData("IndexError", "step", "check")]
    [InlineData("OSError", "step", "train")]
    [InlineData("failing.Own", "step", "train")]
    public async Task Command_EnvironmentRaises_NamesClassTextAndLine(string what, string where, string verb)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("failing.py"), Module);
        string[] rest = verb == "train" ? ["-n", "64", "--logdir", folder.FullName] : [];

        var result = await Cli.RunAsync(
            [verb, "failing:Fails-v0", "--env-kwargs", $"what={what}", $"where={where}", .. rest],
            new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName });

        var text = result.Output + result.Error;
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{what}: the gripper is stuck", text, StringComparison.Ordinal);
        Assert.Contains($"File \"{folder.Combine("failing.py")}\", {RaisingLine}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("gymbridge/", text, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Train_EnvironmentRaisesInClose_SavesAndSaysItInOneLine()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("failing.py"), Module);

        var result = await Cli.RunAsync(
            ["train", "failing:Fails-v0", "--env-kwargs", "what=OSError", "where=close", "-n", "64", "--logdir", folder.FullName],
            new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName });

        var text = (result.Output + result.Error).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(0, result.ExitCode);
        Assert.Single(text, "warning: Closing 'Fails-v0' failed: OSError: the gripper is stuck");
        Assert.Contains(text, line => line.StartsWith("Saved to ", StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task Check_ModuleIsNoPython_NamesItsLine()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("unfinished.py"), "import os\n\n\ndef step(self:\n");
        var result = await Cli.RunAsync(["check", "unfinished:X-v0"], new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: SyntaxError: '(' was never closed", result.Error, StringComparison.Ordinal);
        Assert.Contains($"File \"{folder.Combine("unfinished.py")}\", line 4, in <module>", result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Check_ConstructorHangs_IsEndedByTheOpenTimeout()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("failing.py"), Module + """

            import threading


            class Hangs(Fails):
                def __init__(self, render_mode=None):
                    threading.Event().wait()


            gym.register("Hangs-v0", Hangs)
            """);
        var result = await Cli.RunAsync(
            ["check", "failing:Hangs-v0", "--open-timeout", "1"], new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName });
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("got no answer within 1 s. --call-timeout and --open-timeout set the limits.", result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Train_UnknownKeywordArgument_ShowsPythonsTypeError()
    {
        var result = await Cli.RunAsync("train", "gymnasium:CartPole-v1", "--env-kwargs", "gravity=[1,2]");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("TypeError: CartPoleEnv.__init__() got an unexpected keyword argument 'gravity'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FrozenLake-v1", "desc=[\"SFF\",\"FFG\"]", "is_slippery=false")]
    [InlineData("BernoulliBandit-v0", "arms=[0.1,0.9]")]
    [InlineData("BernoulliBandit-v0", "arms=(0.25, 0.75)")]
    public async Task Train_ListsAsKeywordArguments_ReachTheEnvironment(string env, params string[] kwargs)
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync(
            ["train", env, "--env-kwargs", .. kwargs, "-n", "100", "--n-eval-episodes", "1", "--logdir", folder.FullName]);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
