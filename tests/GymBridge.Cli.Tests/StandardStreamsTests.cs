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

    [Fact]
    public async Task Command_FewAddresses_WarnsBeforeTheRuntimeRunsOut()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var result = await RunAsync("ulimit -v 4000000; exec dotnet \"$0\" envs CartPole");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.StartsWith("warning: this process may use 3906 MiB of addresses (ulimit -v), and .NET reserves 4096 MiB", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_InATerminalOfTenColumns_KeepsItsText()
    {
        if (!File.Exists("/usr/bin/script"))
        {
            return;
        }

        var result = await RunAsync("export GYMBRIDGE=\"$0\"; exec script -qec 'stty cols 10; exec dotnet \"$GYMBRIDGE\" envs Pendulum' /dev/null </dev/null");
        Assert.Contains("Pendulum-", result.Output, StringComparison.Ordinal);
        Assert.Contains("200", result.Output, StringComparison.Ordinal);
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

    [Fact]
    public async Task Train_RunThatCannotBegin_LeavesNoFolder()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var result = await RunAsync(
            "ulimit -f 1; export DOTNET_EnableWriteXorExecute=0; exec dotnet \"$0\" train CartPole-v1 -n 500 --logdir \"$1\"", folder.FullName);
        Assert.True(result.ExitCode == 1, $"{result.ExitCode}: {result.Error}");
        Assert.Contains("raise its limit (ulimit -f unlimited)", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }

    [Theory]
    [InlineData("bench CartPole-v1 --steps 10", "No folder for the socket of a server can be made in '$1/none/', which is no folder that can be written. Set TMPDIR to one that can.")]
    [InlineData("serve --port 0 --watch-stdin", "cannot be left in '$1/none/gymbridge-")]
    public async Task Command_ScratchFolderThatIsNotThere_IsNotMade(string line, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var result = await RunAsync($"unset XDG_RUNTIME_DIR GYMBRIDGE_RUNTIME_DIR; export TMPDIR=\"$1/none\"; exec dotnet \"$0\" {line} </dev/null", folder.FullName);
        Assert.True(result.ExitCode is 1 or 2, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(expected.Replace("$1", folder.FullName, StringComparison.Ordinal), result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Combine("none")));
    }

    [Theory]
    [InlineData("bench CartPole-v1 --steps 10", "No folder for the socket of a server can be made in '$1/none/', which is no folder that can be written. Set TMPDIR to one that can.")]
    [InlineData("bench learning ppo-cartpole --short", "No folder for a run can be made in '$1/none/', which")]
    [InlineData("serve --port 0 --watch-stdin", "cannot be left in '$1/none/gymbridge-")]
    public async Task Command_NoFolderForScratch_SaysWhichVariableNamesOne(string line, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // A link to where nothing can be made, by root neither.
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.Combine("none"), "/proc/none");
        var result = await RunAsync($"unset XDG_RUNTIME_DIR GYMBRIDGE_RUNTIME_DIR; export TMPDIR=\"$1/none\"; exec dotnet \"$0\" {line} </dev/null", folder.FullName);
        Assert.True(result.ExitCode is 1 or 2, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(expected.Replace("$1", folder.FullName, StringComparison.Ordinal), result.Error, StringComparison.Ordinal);
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
