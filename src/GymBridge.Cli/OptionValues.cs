using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using GymBridge.Agents;
using GymBridge.Cli.Commands;
using GymBridge.Cli.Exercises;
using GymBridge.Cli.Figures;
using GymBridge.Cli.Learning;
using GymBridge.Cli.Mdp;
using GymBridge.Cli.Options;
using GymBridge.Cli.Runs;
using GymBridge.Client.Transports;
using GymBridge.Environments;
using GymBridge.Torch;
using GymBridge.Training.Logging;

namespace GymBridge.Cli;

/// <summary>What stands for a value in help texts, and what a shell completes it to.</summary>
internal static class OptionValues
{
    // By the name of the argument or option, after that of its verb where other verbs mean something else.
    private static readonly Dictionary<string, Func<IEnumerable<string>>> Known = new(StringComparer.Ordinal)
    {
        ["ENV"] = Environments,
        ["LEFT"] = Environments,
        ["RIGHT"] = Environments,
        ["PATTERN"] = Environments,
        ["eval RUN"] = RunFolder.Names,
        ["export RUN"] = RunFolder.Names,
        ["record RUN|ENV|GAME"] = () => RunFolder.Names().Concat(Environments()),
        ["--resume"] = RunFolder.Names,
        ["--init-from"] = RunFolder.Names,
        ["--algo"] = () => AlgorithmCatalog.All.Select(algorithm => algorithm.Name),
        ["ALGO"] = () => AlgorithmCatalog.All.Concat(AlgorithmCatalog.Supervised).Select(algorithm => algorithm.Name),
        ["ROW"] = () => LearningRows.All.Select(row => row.Name),
        ["exercise NAME"] = () => Exercise.All.Select(exercise => exercise.Name),
        ["figure NAME"] = () => Figure.All.Select(figure => figure.Name),
        ["SHELL"] = () => CompletionCommand.Shells,
        ["--method"] = () => PlanningMethod.All.Select(method => method.Name),
        ["--log-tags"] = () => MetricTags.All.Select(tags => tags.Name),
        ["--engine"] = () => Enum.GetValues<EngineKind>().Select(TorchEngine.NameOf),
        ["--device"] = () => ["cpu", "cuda"],
        ["--transport"] = () => TransportNames.All,
        ["--vectorization"] = () => VectorizationOption.Modes,
        ["--preset"] = () => ["auto", "none"],
    };

    // Values that name a place on the disk.
    private static readonly HashSet<string?> Places = ["FILE", "FOLDER", "LOGDIR", "GAME.json", "RUN"];

    /// <summary>Gives the options and arguments of all verbs names for their values, and completions where the values are known.</summary>
    public static void AddTo(RootCommand root)
    {
        var seen = new HashSet<Symbol>(); // verbs share options
        foreach (var command in Below(root))
        {
            foreach (var argument in command.Arguments.Where(seen.Add))
            {
                argument.HelpName ??= argument.Name;
                Complete(command, argument, argument.CompletionSources);
            }

            foreach (var option in command.Options.Where(seen.Add))
            {
                option.HelpName ??= NameOf(option);
                Complete(command, option, option.CompletionSources);
                if (Places.Contains(option.HelpName))
                {
                    option.Validators.Add(RefuseEmpty);
                }
            }
        }
    }

    // What a shell makes of a variable that is not set: never the folder where the command happens to run.
    private static void RefuseEmpty(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{result.Option.Name} names a {result.Option.HelpName}, and was given an empty text.");
        }
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    private static IEnumerable<string> Environments() => EnvironmentCatalog.CreateRegistry().Specs.Select(spec => spec.Id);

    private static void Complete(Command command, Symbol symbol, List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources)
    {
        if (Known.TryGetValue($"{command.Name} {symbol.Name}", out var values) || Known.TryGetValue(symbol.Name, out values))
        {
            sources.Add(_ => values().Select(value => new CompletionItem(value)));
        }
    }

    // A number is N or X; of what has words to choose from, help shows those.
    private static string? NameOf(Option option) => Type.GetTypeCode(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) switch
    {
        _ when option.ValueType.IsEnum || option.GetCompletions(CompletionContext.Empty).Any() => null,
        TypeCode.Int32 or TypeCode.Int64 => "N",
        TypeCode.Double => "X",
        TypeCode.String => option.Name.TrimStart('-').Split('-')[^1].ToUpperInvariant(),
        _ => null,
    };
}
