using GymBridge.Client.Installation;

namespace GymBridge.Cli.Tests;

/// <summary>The README's commands run as they are printed, and its C# and Python are those of the examples and tests.</summary>
public class ReadmeTests
{
    private const string MainJob = "dotnet run --project src/GymBridge.Cli -c Release -- train CartPole-v1";
    private const string TestCommand = "dotnet run --project tests/RunAll -c Release";

    // Run by hand in a clean clone, by CI itself, or listed with its own test beside it.
    private static readonly Dictionary<string, string> RunElsewhere = new(StringComparer.Ordinal)
    {
        [MainJob] = "Train_CartPole below runs the same arguments",
        [TestCommand] = ".ci/run is this command",
        ["dotnet run -c Release examples/train.cs"] = "ExampleTests runs every example",
    };

    [PythonFact]
    public async Task Readme_GymbridgeCommands_Succeed()
    {
        using var folder = new TemporaryFolder();
        var commands = Commands().Where(command => command.StartsWith("gymbridge ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, commands.Count);
        foreach (var command in commands)
        {
            var mayFail = command.EndsWith(" || true", StringComparison.Ordinal);
            var arguments = command.Replace(" || true", string.Empty, StringComparison.Ordinal).Split(' ')[1..];
            if (arguments[0] is "train" or "eval")
            {
                arguments = [.. arguments, "--logdir", folder.FullName];
            }

            if (arguments is ["python", "install", "--package", "python"])
            {
                // The tests' own environment, with what they need besides.
                arguments = ["python", "install", "--package", RepositoryRoot.Combine("python"), "--extra", "classic-control", "--extra", "dev", "--extra", "test"];
            }

            var result = await Cli.RunAsync(arguments);
            Assert.True(mayFail || result.ExitCode == 0, $"{command}: {result.Error}");
        }
    }

    [Fact]
    public void Readme_OtherCommands_AreThoseThatCiRuns() =>
        Assert.All(
            Commands().Where(command => !command.StartsWith("gymbridge ", StringComparison.Ordinal)),
            command => Assert.Contains(command, RunElsewhere.Keys));

    [Fact]
    public async Task Train_CartPole_BalancesTo500()
    {
        using var folder = new TemporaryFolder();
        var result = await Cli.RunAsync([.. MainJob.Split(" -- ")[1].Split(' '), "--logdir", folder.FullName, "--json"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(500, result.Json["eval_mean_return"]!.GetValue<double>());
        Assert.Equal(20, result.Json["eval_episodes"]!.GetValue<int>());
    }

    [Fact]
    public void Ci_Runs_TheTestCommandAlone()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, ".ci", "run")).Where(line => !line.StartsWith('#')).ToList();
        Assert.Equal(["set -euo pipefail", "cd \"$(dirname \"$0\")/..\"", "exec " + TestCommand], lines);
    }

    [Fact]
    public void Readme_CSharp_IsTheExamples()
    {
        var examples = Directory.EnumerateFiles(RepositoryRoot.Combine("examples"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var blocks = Readme.BlocksOutside(Readme.Install, "csharp").ToList();
        Assert.Equal(3, blocks.Count);
        Assert.All(
            blocks, block => Assert.Contains(examples, example => block.Trim().Split('\n').All(line => example.Contains(line, StringComparison.Ordinal))));
    }

    [PythonFact]
    public async Task Readme_Python_Runs()
    {
        var block = Readme.BlocksOutside(Readme.Install, "python").Single();
        var start = new System.Diagnostics.ProcessStartInfo(VirtualEnvironment.Default.Interpreter, ["-c", block])
        {
            RedirectStandardError = true,
            Environment = { ["GYMBRIDGE_SERVER"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "gymbridge.dll")}" },
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }

    // What is installed from packages is run by the packages' own tests.
    private static IEnumerable<string> Commands() => Readme.BlocksOutside(Readme.Install, "bash")
        .SelectMany(block => block.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0);
}
