using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;

namespace GymBridge.Cli.Tests;

/// <summary>Run folders of several processes, and how they are named to be copied into a shell.</summary>
[Collection(InThisProcess.Name)]
public class RunFolderTests
{
    [Fact]
    public async Task Create_OneNameManyTimesAtOnce_GivesEachAFolderOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        await InThisProcess.RunAsync("train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--run-name", "first");
        var config = RunConfig.Read(Path.Combine(folder.FullName, "first", RunFolder.ConfigFile));
        using var start = new Barrier(8);
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return RunFolder.Create(folder.FullName, "same", config, TimeProvider.System).Path;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(8, paths.Distinct().Count());
        Assert.All(paths, path => Assert.Equal(config.EnvId, RunConfig.Read(Path.Combine(path, RunFolder.ConfigFile)).EnvId));
    }

    [Fact]
    public async Task Resume_RunThatAnotherProcessTrains_IsRefusedUntilItEnds()
    {
        using var folder = new TemporaryFolder();
        string[] options = ["--n-eval-episodes", "0", "--logdir", folder.FullName];
        await InThisProcess.RunAsync(["train", "CartPole-v1", "-n", "256", "--run-name", "mine", .. options]);
        string[] resume = ["train", "--resume", folder.Combine("mine"), "-n", "512", .. options];
        using (RunFolder.Open(folder.Combine("mine"), folder.FullName).Folder.Hold())
        {
            var refused = await InThisProcess.RunAsync(resume);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("is being trained by another process", refused.Error, StringComparison.Ordinal);
            Assert.Equal(0, (await InThisProcess.RunAsync("eval", folder.Combine("mine"), "--n-eval-episodes", "1")).ExitCode);
        }

        var resumed = await InThisProcess.RunAsync(resume);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Empty(Directory.EnumerateFiles(folder.Combine("mine"), ".*"));
    }

    [Fact]
    public async Task Train_FolderWithSpaces_IsPrintedAsOneWordOfAShell()
    {
        using var folder = new TemporaryFolder();
        var result = await InThisProcess.RunAsync(
            "train", "CartPole-v1", "-n", "256", "--n-eval-episodes", "0", "--logdir", folder.Combine("it's mine"), "--run-name", "läuft 1");
        Assert.Contains($"Next: gymbridge eval {ShellWord.Of(Path.Combine(folder.FullName, "it's mine", "läuft 1"))}", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs/a__1", "runs/a__1")]
    [InlineData("läuft", "läuft")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("", "''")]
    public void ShellWord_Text_IsOneWord(string text, string expected)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(expected, ShellWord.Of(text));
        }
    }
}
