using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Output;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge describe ALGO</c>: what an algorithm is, what it learns from, and its options.</summary>
internal static class DescribeCommand
{
    private static readonly Argument<string?> Name = new("ALGO") { Description = "Name of an algorithm; none lists all.", Arity = ArgumentArity.ZeroOrOne };

    private static IEnumerable<AlgorithmDescriptor> Known => AlgorithmCatalog.All.Concat(AlgorithmCatalog.Supervised);

    public static Command Create()
    {
        var command = new Command("describe", "Describe an algorithm: what it learns from, its options, its presets.") { Name };
        command.SetWork(Describe);
        return command;
    }

    private static int Describe(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(Name) is not { } name)
        {
            foreach (var algorithm in Known)
            {
                output.Line($"{algorithm.Name,-22} {algorithm.Summary}");
            }

            if (output.IsJson)
            {
                CliOutput.WriteJson(new JsonArray([.. Known.Select(algorithm => (JsonNode)algorithm.Name)]));
            }

            return 0;
        }

        var found = AlgorithmCatalog.Supervised.FirstOrDefault(algorithm => algorithm.Name == name) ?? OptionErrors.Read(() => AlgorithmCatalog.Get(name));
        var defaults = found.WriteOptions(found.DefaultOptions);
        var facts = Facts(found).ToList();
        output.Line($"{found.Title}: {found.Summary}");
        foreach (var (question, answer) in facts)
        {
            output.Line($"  {question,-16} {answer}");
        }

        output.Line("Options, with rl-zoo's keys and their defaults:");
        foreach (var option in found.Hyperparameters)
        {
            output.Line($"  {option.Key,-24} {defaults[option.Name]?.ToJsonString().Trim('"') ?? "none",-10} {option.Help}");
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["name"] = found.Name,
                ["summary"] = found.Summary,
                ["card"] = new JsonObject(facts.Select(fact => new KeyValuePair<string, JsonNode?>(fact.Question, fact.Answer))),
                ["options"] = new JsonObject(found.Hyperparameters.Select(option => new KeyValuePair<string, JsonNode?>(option.Key, defaults[option.Name]?.DeepClone()))),
            });
        }

        return 0;
    }

    private static IEnumerable<(string Question, string Answer)> Facts(AlgorithmDescriptor algorithm)
    {
        if (AlgorithmCard.All.TryGetValue(algorithm.Name, out var card))
        {
            yield return ("learns from", card.LearnsFrom);
            yield return ("next state", card.NextState);
            yield return ("learns", card.Learns);
            yield return ("on-policy", card.OnPolicy);
            yield return ("discount", card.Discount);
            yield return ("pitfall", card.Pitfall);
        }

        yield return ("environment", algorithm.StepsEnvironments ? "It steps one: gymbridge train." : "It steps none: it learns from data, or from a model that is known, in C#.");
        yield return ("actions", string.Join(", ", algorithm.ActionSpaces));
        yield return ("deterministic", algorithm.IsDeterministic ? "Yes: the same seed gives the same weights, bit for bit." : "No.");
        string[] presets = [.. PresetCatalog.Find(algorithm.Name)?.Presets.Select(preset => preset.Name) ?? []];
        yield return ("presets", presets.Length == 0 ? "none" : string.Join(", ", presets));
    }
}
