using System.Diagnostics;

namespace GymBridge.Cli.Tests;

/// <summary>Standard streams that the starter has closed: what would be written there goes nowhere, and nothing else is disturbed.</summary>
public class StandardStreamsTests
{
    [Theory]
    [InlineData("envs CartPole >&-", "")]
    [InlineData("envs CartPole 2>&-", "CartPole-v1")]
    [InlineData("envs CartPole >&- 2>&- <&-", "")]
    [InlineData("play FrozenLake-v1 --seed 1 <&-", "Keys:")]
    [InlineData("serve --port 0 --watch-stdin >&- 2>&- <&-", "")]
    public async Task Command_StreamsClosed_WorksAsUsual(string line, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var result = await RunAsync($"exec dotnet \"$0\" {line}");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(result.Error);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_StdoutClosed_AreStillTold()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var result = await RunAsync("exec dotnet \"$0\" eval no-such-run >&-");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no-such-run", result.Error, StringComparison.Ordinal);
    }

    // How many descriptors the runtime needs is its own affair: with a few more or less, something else cannot be opened.
    [Theory]
    [InlineData(60)]
    [InlineData(110)]
    public async Task Train_FewDescriptors_EndsWithoutATraceOfOurs(int limit)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var result = await RunAsync($"ulimit -n {limit}; exec dotnet \"$0\" train CartPole-v1 -n 500 --n-eval-episodes 1 --logdir \"$1\"", folder.FullName);
        Assert.DoesNotContain("at GymBridge.", result.Error, StringComparison.Ordinal);
        if (result.ExitCode == 1)
        {
            Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        }
    }

    // The runtime maps its code through a file, which the limit would hit as well.
    [Theory]
    [InlineData("svg")]
    [InlineData("png")]
    public async Task Figure_FileThatMayNotGrow_IsASentenceAndLeavesNothing(string extension)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var result = await RunAsync(
            "ulimit -f 2; export DOTNET_EnableWriteXorExecute=0; exec dotnet \"$0\" figure backups -o \"$1\"", folder.Combine($"backups.{extension}"));
        Assert.True(result.ExitCode == 1, $"{result.ExitCode}: {result.Error}");
        Assert.Contains("raise its limit (ulimit -f unlimited)", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    private static async Task<Cli.Result> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", script, Path.Combine(AppContext.BaseDirectory, "gymbridge.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var running = new Cli.RunningCommand(Process.Start(start)!);
        return await running.WaitAsync();
    }
}
