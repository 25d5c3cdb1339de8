using System.Text.RegularExpressions;

namespace GymBridge.Cli.Tests;

/// <summary>The commands of docs/training.md run in the order in which they are printed.</summary>
[Collection(InThisProcess.Name)]
public partial class TutorialTests
{
    [Fact]
    public async Task Training_Commands_SucceedAndLeaveWhatTheySay()
    {
        using var folder = new TemporaryFolder();
        foreach (var command in Commands())
        {
            var arguments = command.Split(' ')[1..].Select(argument => argument.StartsWith("runs/", StringComparison.Ordinal) ? folder.Combine(argument["runs/".Length..]) : argument).ToList();
            if (arguments[0] == "train")
            {
                arguments.AddRange(["--logdir", folder.FullName]);
            }

            if (arguments.IndexOf("-o") is > 0 and var output)
            {
                arguments[output + 1] = folder.Combine(arguments[output + 1]);
            }

            var result = await InThisProcess.RunAsync([.. arguments]);
            Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
        }

        var run = folder.Combine("first__1");
        string[] files = ["progress.csv", "progress.json", "0.monitor.csv", "evaluations.csv", "model.gym", "config.yml", "args.yml", "command.txt", "config.json", "best_model/best_model.gym", "export/model.onnx", "export/model.safetensors", "export/policy.json"];
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(run, file)), file));
        Assert.NotEmpty(Directory.GetFiles(run, "events.out.tfevents.*"));
        Assert.StartsWith("GIF89a", File.ReadAllText(folder.Combine("cartpole.gif")), StringComparison.Ordinal);
        Assert.Contains("PPO on CartPole-v1 (2 seeds)", File.ReadAllText(folder.Combine("curve.svg")), StringComparison.Ordinal);

        // The resumed run's table goes on where it was, without a gap or a row twice.
        var rows = File.ReadLines(Path.Combine(run, "progress.csv")).Select(line => line.Split(',')).ToList();
        var column = Array.IndexOf(rows[0], "time/total_timesteps");
        var steps = rows.Skip(1).Select(row => long.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(steps.Order().Distinct(), steps);
        Assert.True(steps[^1] >= 40_000);
    }

    private static IEnumerable<string> Commands() => Fence().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "training.md")))
        .SelectMany(match => match.Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("^```bash\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
