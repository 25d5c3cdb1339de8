using System.CommandLine;
using GymBridge.Agents;

namespace GymBridge.Cli.Tests;

/// <summary>Help that can be read: every option once, in groups, and those of one algorithm at a time.</summary>
[Collection(InThisProcess.Name)]
public class HelpTests
{
    [Fact]
    public async Task Help_OfEveryAlgorithm_HasItsOptionsWithDefaultsAndNoOthers()
    {
        var flags = AlgorithmCatalog.All.SelectMany(algorithm => algorithm.Hyperparameters).SelectMany(item => item.Flags).ToHashSet();
        foreach (var algorithm in AlgorithmCatalog.All)
        {
            var help = (await InThisProcess.RunAsync("train", "CartPole-v1", "--algo", algorithm.Name, "--help")).Output;
            var lines = help.Split('\n').SkipWhile(line => !line.StartsWith($"Options of {algorithm.Name} (", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => line.Length > 0).ToList();
            var names = string.Join(' ', lines).Split([' ', ',']).Where(flags.Contains).ToHashSet();
            Assert.All(algorithm.Hyperparameters, item => Assert.Contains(item.Flags[0], names));
            Assert.Equal(algorithm.Hyperparameters.Count, lines.Count(line => line.Contains("[default: ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Help_WithoutAnAlgorithm_ShowsThoseOfTheDefaultOne()
    {
        foreach (var arguments in new string[][] { ["train"], ["verify"], ["bench", "training"] })
        {
            var help = (await InThisProcess.RunAsync([.. arguments, "--help"])).Output;
            Assert.Contains("Options of ppo (--algo NAME --help shows those of another algorithm):", help, StringComparison.Ordinal);
            Assert.Contains("--clip-range", help, StringComparison.Ordinal);
            Assert.DoesNotContain("--buffer-size", help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Help_OfEveryVerb_HasEachOptionOnce()
    {
        foreach (var (command, path) in Verbs(GymBridgeCommand.Root, []))
        {
            var lines = (await InThisProcess.RunAsync([.. path, "--help"])).Output.Split('\n');
            var algorithms = AlgorithmCatalog.All.SelectMany(algorithm => algorithm.Hyperparameters).SelectMany(item => item.Flags).ToHashSet();
            foreach (var option in command.Options.Where(option => !algorithms.Contains(option.Name)))
            {
                Assert.Single(lines, line => line.StartsWith("  ", StringComparison.Ordinal)
                    && line.TrimStart().Split([' ', ',']).TakeWhile(word => word.StartsWith('-') || word.Length == 0).Contains(option.Name));
            }
        }
    }

    [Fact]
    public async Task Help_VerbBelowAnother_HasItsOwnArgumentsOnly()
    {
        Assert.Contains(" bench learning [<ROW>...] [options]", (await InThisProcess.RunAsync("bench", "learning", "--help")).Output, StringComparison.Ordinal);
        Assert.Contains(" bench <ENV> [command] [options]", (await InThisProcess.RunAsync("bench", "--help")).Output, StringComparison.Ordinal);
    }

    private static IEnumerable<(Command Command, string[] Path)> Verbs(Command command, string[] path) =>
        command.Subcommands.SelectMany(inner => Verbs(inner, [.. path, inner.Name])).Prepend((command, path));
}
