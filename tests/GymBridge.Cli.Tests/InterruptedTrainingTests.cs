namespace GymBridge.Cli.Tests;

/// <summary>A run that a signal ends, or a kill: what is kept, and that it goes on.</summary>
public class InterruptedTrainingTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Train_Interrupted_SavesAndPrintsTheCommandThatGoesOn(string signal)
    {
        using var folder = new TemporaryFolder();
        using var train = Cli.Start(["train", "CartPole-v1", "-n", "100000000", "--logdir", folder.FullName, "--run-name", "mine"]);
        await Progress.WaitAsync(Path.Combine(folder.Combine("mine"), "checkpoints", "rl_model_0_steps.gym"));
        Progress.Signal(train.Process.Id, signal);
        var result = await train.WaitAsync();
        Assert.Equal((130, "Interrupted.\n"), (result.ExitCode, result.Error));
        Assert.Contains($"To go on: gymbridge train --resume {folder.Combine("mine")}", result.Output, StringComparison.Ordinal);
        var eval = await Cli.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "1", "--json");
        Assert.Equal(0, eval.ExitCode);
    }

    /// <summary>What comes before the first update saves nothing, so that nobody waits half a minute for its end.</summary>
    [Fact]
    public async Task Train_InterruptedWhereNothingListens_IsEndedSoon()
    {
        using var folder = new TemporaryFolder();
        var pipe = folder.Combine("pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
        }

        // Nothing is ever written into the pipe, and nothing ends the reading of it.
        using var train = Cli.Start(["train", "CartPole-v1", "--config", pipe, "--logdir", folder.FullName]);
        await using var silent = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write));
        Progress.Signal(train.Process.Id, "TERM");
        var result = await train.WaitAsync();
        Assert.Equal((130, "Interrupted: ended after 5 s in which the work came to no end, what was not saved is lost.\n"), (result.ExitCode, result.Error));
    }

    /// <summary>A hang in this process: nobody but Python could end the step, and the end of the process must not wait for it.</summary>
    [PythonFact]
    public async Task Train_InterruptedTwiceInAPythonStepThatHangs_Ends()
    {
        using var folder = new TemporaryFolder();
        var hangs = folder.Combine("hangs");
        await File.WriteAllTextAsync(folder.Combine("gymbridge_hanging.py"), """
            import os

            import gymnasium
            from gymnasium import spaces


            class Hanging(gymnasium.Env):
                observation_space = action_space = spaces.Discrete(2)

                def __init__(self, render_mode=None):
                    self.steps = 0

                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    return 0, {}

                def step(self, action):
                    self.steps += 1
                    if self.steps == 20:
                        open(os.environ["HANGS"], "w").close()
                        while True:
                            pass
                    return 0, 1.0, self.steps % 10 == 0, False, {}


            gymnasium.register("Hanging-v0", Hanging, disable_env_checker=True)
            """);
        var environment = new Dictionary<string, string?>
        {
            ["HANGS"] = hangs,
            ["PYTHONPATH"] = string.Join(Path.PathSeparator, folder.FullName, Environment.GetEnvironmentVariable("PYTHONPATH")),
        };
        using var train = Cli.Start(
            ["train", "gymbridge_hanging:Hanging-v0", "--algo", "q_learning", "--transport", "inproc", "-n", "1000", "--logdir", folder.Combine("runs")], environment);
        await Progress.WaitAsync(hangs);

        // Signals that come together are one request; so it is asked until it has ended.
        await Progress.WaitAsync(() =>
        {
            if (!train.Process.HasExited)
            {
                Progress.Signal(train.Process.Id, "INT");
            }

            return train.Process.HasExited;
        });

        Assert.Equal(130, (await train.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Train_KilledAndResumed_EndsWithTheBitsOfTheUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "CartPole-v1", "-n", "30000", "--save-freq", "3000", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--json"];
        var whole = await Cli.RunAsync([.. arguments, "--run-name", "whole"]);
        using (var train = Cli.Start([.. arguments, "--run-name", "mine"]))
        {
            await Progress.WaitAsync(() => Directory.EnumerateFiles(folder.FullName, "rl_model_?*_steps.gym", SearchOption.AllDirectories)
                .Any(file => file.Contains("mine", StringComparison.Ordinal) && !file.Contains("_0_", StringComparison.Ordinal)));
            train.Process.Kill();
            await train.WaitAsync();
        }

        var resumed = await Cli.RunAsync("train", "--resume", folder.Combine("mine"), "--n-eval-episodes", "0", "--json");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(whole.Json["digest"]!.ToString(), resumed.Json["digest"]!.ToString());
        Assert.Equal(WithoutTimes(folder.Combine("whole")), WithoutTimes(folder.Combine("mine")));
    }

    private static List<string> WithoutTimes(string run)
    {
        var rows = File.ReadLines(Path.Combine(run, "progress.csv")).Select(line => line.Split(',')).ToList();
        var kept = Enumerable.Range(0, rows[0].Length).Where(i => rows[0][i] is not ("time/fps" or "time/time_elapsed")).ToList();
        return [.. rows.Select(row => string.Join(',', kept.Select(i => row[i])))];
    }
}
