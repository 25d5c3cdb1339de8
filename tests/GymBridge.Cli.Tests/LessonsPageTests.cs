using System.Text.RegularExpressions;
using GymBridge.Agents;
using GymBridge.Cli.Learning;
using GymBridge.Environments;

namespace GymBridge.Cli.Tests;

/// <summary>The commands of docs/lessons are commands: verbs, options, environments, algorithms, rows, figures and exercises exist.</summary>
public partial class LessonsPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs/lessons/README.md"));

    [Fact]
    public void Commands_OfThePage_AreUnderstood()
    {
        var ids = EnvironmentCatalog.CreateRegistry().Specs.Select(spec => spec.Id).ToHashSet(StringComparer.Ordinal);
        var commands = Commands().Matches(Page).Select(match => match.Groups[1].Value.Split(' ')).ToList();
        Assert.True(commands.Count > 60);
        foreach (var command in commands)
        {
            var text = string.Join(' ', command);
            Assert.True(GymBridgeCommand.Root.Parse(command).Errors.Count == 0, text);
            var exists = command switch
            {
                ["bench", "learning", var row, ..] => LearningRows.All.Any(known => known.Name == row),
                ["describe", var name] => AlgorithmCatalog.All.Any(algorithm => algorithm.Name == name),
                ["exercise", var name] => Exercises.Exercise.All.Any(exercise => exercise.Name == name),
                ["figure", var name] => Figures.Figure.All.Any(figure => figure.Name == name),
                ["train", var id, "--algo", var name, ..] => ids.Contains(id) && AlgorithmCatalog.All.Any(algorithm => algorithm.Name == name),
                ["mdp", _, var id, ..] => ids.Contains(id),
                ["verify", var id, ..] => ids.Contains(id),
                ["envs"] or ["describe"] or ["exercise"] or ["figure"] => true,
                _ => false,
            };
            Assert.True(exists, $"'gymbridge {text}' of docs/lessons names something that is not there.");
        }
    }

    [GeneratedRegex("`gymbridge ([^`]+)`")]
    private static partial Regex Commands();
}
