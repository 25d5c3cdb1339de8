using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Agents.Options;

namespace GymBridge.Cli.Options;

/// <summary>Hyperparameters as flags, read off the options of all algorithms, and the settings that come of them.</summary>
internal sealed class AlgorithmFlags
{
    private const int MostLanes = 1_000_000;

    private readonly Dictionary<string, Option<string?>> _byFlag = new(StringComparer.Ordinal);

    private readonly Option<int?> _numEnvs = new("--num-envs", "--n-envs") { Description = "Lanes of the vector environment.", HelpName = "N" };

    private readonly Option<bool?> _annealLearningRate = new("--anneal-lr")
    {
        Description = "Lower the learning rate linearly to 0 (--anneal-lr false to keep it).",
        HelpName = "BOOL",
    };

    private readonly Option<string[]> _parameters = new("--param", "-p")
    {
        Description = "Any option of the algorithm as Name=Value, for example -p HiddenSizes=[32,32].",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    public AlgorithmFlags()
    {
        foreach (var group in AlgorithmCatalog.All.SelectMany(algorithm => algorithm.Hyperparameters.Select(item => (algorithm, item))).GroupBy(entry => entry.item.Flags[0]))
        {
            var flags = group.SelectMany(entry => entry.item.Flags).Distinct().Where(flag => !_byFlag.ContainsKey(flag)).ToArray();
            var names = group.Select(entry => entry.algorithm.Name).ToList();
            var option = new Option<string?>(flags[0], flags[1..])
            {
                Description = names.Count == AlgorithmCatalog.All.Count ? group.First().item.Help : $"{string.Join(", ", names)}: {group.First().item.Help}",
                HelpName = "VALUE",
            };
            foreach (var flag in flags)
            {
                _byFlag.Add(flag, option);
            }
        }
    }

    public void AddTo(Command command)
    {
        command.Add(_numEnvs);
        foreach (var option in _byFlag.Values.Distinct())
        {
            command.Add(option);
        }

        command.Add(_annealLearningRate);
        command.Add(_parameters);
    }

    /// <summary>The settings for an environment: flags before presets before defaults.</summary>
    /// <exception cref="ArgumentException">The algorithm has no such option, or a value does not fit.</exception>
    public RunSettings Resolve(ParseResult parsed, AlgorithmDescriptor algorithm, EnvId environment)
    {
        var preset = algorithm.PresetFor(environment);
        var options = algorithm.WriteOptions(preset?.Options ?? algorithm.DefaultOptions);
        var defaults = algorithm.WriteOptions(algorithm.DefaultOptions);
        var sources = options.ToDictionary(
            item => item.Key,
            item => JsonNode.DeepEquals(item.Value, defaults[item.Key]) ? "default" : $"preset for {preset!.EnvName}");
        foreach (var option in _byFlag.Values.Distinct())
        {
            if (parsed.GetValue(option) is { } text)
            {
                var parameter = algorithm.Hyperparameters.FirstOrDefault(item => _byFlag.TryGetValue(item.Flags[0], out var own) && own == option)
                    ?? throw Unknown(algorithm, option.Name);
                Set(algorithm, options, parameter, text, option.Name);
                sources[parameter.Name] = option.Name;
            }
        }

        if (parsed.GetValue(_annealLearningRate) is { } anneal)
        {
            Anneal(algorithm, options, anneal);
            sources[nameof(PpoOptions.LearningRate)] += " with " + _annealLearningRate.Name;
        }

        foreach (var text in parsed.GetValue(_parameters) ?? [])
        {
            var parts = text.Split('=', 2);
            if (parts.Length != 2)
            {
                throw new ArgumentException($"'{text}' is no parameter; write Name=Value, for example -p Gamma=0.98.");
            }

            var parameter = algorithm.Hyperparameters.FirstOrDefault(item => item.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase) || item.Key == parts[0])
                ?? throw Unknown(algorithm, parts[0]);
            Set(algorithm, options, parameter, parts[1], _parameters.Name);
            sources[parameter.Name] = _parameters.Name;
        }

        return new RunSettings(
            algorithm,
            algorithm.ReadOptions(options),
            Lanes(parsed, preset?.NumEnvs ?? algorithm.DefaultNumEnvs),
            preset?.Timesteps ?? algorithm.DefaultTimesteps,
            sources);
    }

    private static ArgumentException Unknown(AlgorithmDescriptor algorithm, string name) => new(
        $"Algorithm '{algorithm.Name}' has no option '{name}'; it has {string.Join(", ", algorithm.Hyperparameters.Select(item => item.Name))}.");

    private static void Set(AlgorithmDescriptor algorithm, JsonObject options, Hyperparameter parameter, string text, string flag)
    {
        try
        {
            options[parameter.Name] = Parse(text);
            algorithm.ReadOptions(options);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new ArgumentException($"'{text}' is no value for '{flag}' ({parameter.Name}): {parameter.Help} Pass {Forms(parameter.Type)}.", exception);
        }
    }

    // A bare word is text: an enumeration's name, or a schedule such as lin_0.001.
    private static JsonNode? Parse(string text)
    {
        if (text is "none" or "None" or "null")
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
                : bool.TryParse(text, out var flag) ? JsonValue.Create(flag)
                : JsonValue.Create(text);
        }
    }

    private static string Forms(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) || type == typeof(double?) => "a number",
        _ when type == typeof(Schedule) => "a number, or lin_0.001",
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ => "a list such as [64,64]",
    };

    private static void Anneal(AlgorithmDescriptor algorithm, JsonObject options, bool anneal)
    {
        const string Name = nameof(PpoOptions.LearningRate);
        if (algorithm.Hyperparameters.FirstOrDefault(item => item.Name == Name && item.Type == typeof(Schedule)) is null)
        {
            throw Unknown(algorithm, "--anneal-lr");
        }

        var rate = options[Name].Deserialize<Schedule>();
        options[Name] = JsonSerializer.SerializeToNode(anneal ? Schedule.Linear(rate.Start) : Schedule.Constant(rate.Start));
    }

    private int Lanes(ParseResult parsed, int preset)
    {
        var lanes = parsed.GetValue(_numEnvs) ?? preset;
        return lanes is >= 1 and <= MostLanes
            ? lanes
            : throw new ArgumentException($"{_numEnvs.Name} must be between 1 and {MostLanes}, got {lanes}.");
    }
}
