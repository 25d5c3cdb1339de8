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
