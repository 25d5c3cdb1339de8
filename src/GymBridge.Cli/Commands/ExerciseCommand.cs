using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Exercises;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge exercise X1</c>: a worked exercise, with numbers that are computed there and then.</summary>
internal static class ExerciseCommand
{
    private static readonly Argument<string[]> Names = new("NAME") { Description = "X1 to X13, or X1..X4 for several; none lists them, all works them all.", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var command = new Command("exercise", "Work an exercise: random variables, equation, numbers, meaning.") { Names };
        EngineOptions.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var names = parsed.GetValue(Names) ?? [];
        if (names.Length == 0)
        {
            foreach (var exercise in Exercise.All)
            {
                output.Line($"{exercise.Name,-4} {exercise.Title}");
            }

            if (output.IsJson)
            {
                CliOutput.WriteJson(new JsonArray([.. Exercise.All.Select(exercise => (JsonNode)exercise.Name)]));
            }

            return 0;
        }

        var chosen = names is ["all"] ? Exercise.All : [.. names.SelectMany(Choose)];
        EngineOptions.Choose(parsed, _ => { });
        var source = EnvironmentSource.Create(parsed, output);
        var report = new JsonArray();
        foreach (var exercise in chosen)
        {
            var numbers = exercise.Compute(source, cancellation);
            Write(output, exercise, numbers);
            report.Add(ToJson(exercise, numbers));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(report);
        }

        return 0;
    }

    private static IEnumerable<Exercise> Choose(string name)
    {
        if (name.Split("..") is not [var first, var last])
        {
            return [Find(name)];
        }

        var (from, to) = (Exercise.All.IndexOf(Find(first)), Exercise.All.IndexOf(Find(last)));
        return from <= to ? Exercise.All.Skip(from).Take(to - from + 1) : throw new UsageException($"'{name}' has no exercises; the first comes first, as in {last}..{first}.");
    }

    private static Exercise Find(string name) => Exercise.All.FirstOrDefault(exercise => exercise.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"There is no exercise '{name}'; choose of {string.Join(", ", Exercise.All.Select(exercise => exercise.Name))}.");

    private static void Write(CliOutput output, Exercise exercise, IReadOnlyList<ExerciseNumbers> numbers)
    {
        output.Line($"{exercise.Name}: {exercise.Title}");
        output.Line($"  (a) random   {exercise.RandomVariables}");
        output.Line($"  (b) target   {exercise.Target}");
        foreach (var (i, item) in numbers.Index())
        {
            output.Line($"  {(i == 0 ? "(c) numbers" : "           ")}  {item.Name}: {string.Join(", ", item.Values.Select(Text))}");
        }

        output.Line($"  (d) meaning  {exercise.Meaning}");
    }

    // Zero has no sign here.
    private static string Text(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    private static JsonObject ToJson(Exercise exercise, IReadOnlyList<ExerciseNumbers> numbers) => new()
    {
        ["name"] = exercise.Name,
        ["title"] = exercise.Title,
        ["random_variables"] = exercise.RandomVariables,
        ["target"] = exercise.Target,
        ["numbers"] = new JsonObject(numbers.Select(item => new KeyValuePair<string, JsonNode?>(
            item.Name, new JsonArray([.. item.Values.Select(CliOutput.Number)])))),
        ["meaning"] = exercise.Meaning,
    };
}
