using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Training.Presets;
using Preset = GymBridge.Training.Presets.Preset;

namespace GymBridge.Cli.Options;

/// <summary>Hyperparameters as flags, read off the options of all algorithms, and the settings that come of them.</summary>
internal sealed class AlgorithmFlags
{
    private const int MostLanes = 1_000_000;
    private const string LanesKey = "n_envs";
    private const string TimestepsKey = "n_timesteps";

    // rl-zoo's files name a policy class; networks are the algorithm's own here.
    private const string PolicyKey = "policy";

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

    private readonly Option<string> _preset = new("--preset")
    {
        Description = "auto: tuned options for the environment, where there are any; none; or the name of another preset.",
        DefaultValueFactory = _ => "auto",
        HelpName = "auto|none|NAME",
    };

    private readonly Option<string?> _file = new("--config")
    {
        Description = "A YAML file of options with rl-zoo's keys: a run's config.yml, or sections by environment.",
        HelpName = "FILE",
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

        command.Add(_preset);
        command.Add(_file);
        command.Add(_annealLearningRate);
        command.Add(_parameters);
    }

    /// <summary>The settings for an environment: flags before environment variables before a file before a preset before defaults.</summary>
    /// <exception cref="ArgumentException">The algorithm has no such option, or a value does not fit.</exception>
    public RunSettings Resolve(ParseResult parsed, AlgorithmDescriptor algorithm, EnvId environment)
    {
        var layers = new SettingLayers();
        AddFlags(parsed, algorithm, layers);
        layers.AddVariables([LanesKey, TimestepsKey, .. algorithm.Hyperparameters.Select(item => item.Key)], Environment.GetEnvironmentVariable);
        layers.Add(parsed.GetValue(_file) is { } file ? PresetOf(file, environment) : null);
        layers.Add(PresetCatalog.Choose(algorithm.Name, environment, parsed.GetValue(_preset)!));

        var tuned = parsed.GetValue(_preset) == "auto" ? algorithm.PresetFor(environment) : null;
        var options = algorithm.WriteOptions(tuned?.Options ?? algorithm.DefaultOptions);
        var defaults = algorithm.WriteOptions(algorithm.DefaultOptions);
        var sources = options.ToDictionary(item => item.Key, item => JsonNode.DeepEquals(item.Value, defaults[item.Key]) ? "default" : $"preset for {tuned!.EnvName}");
        foreach (var setting in layers.Settings.Where(setting => setting.Key is not (LanesKey or TimestepsKey or PolicyKey)))
        {
            var parameter = algorithm.Hyperparameters.FirstOrDefault(item => item.Key == setting.Key)
                ?? throw Unknown(algorithm, $"{setting.Key} ({setting.Source})");
            Set(algorithm, options, parameter, setting.Value, setting.Source);
            sources[parameter.Name] = setting.Source;
        }

        if (parsed.GetValue(_annealLearningRate) is { } anneal)
        {
            Anneal(algorithm, options, anneal);
            sources[nameof(PpoOptions.LearningRate)] += " with " + _annealLearningRate.Name;
        }

        return new RunSettings(
            algorithm,
            algorithm.ReadOptions(options),
            Lanes(layers.Find(LanesKey), tuned?.NumEnvs ?? algorithm.DefaultNumEnvs),
            Whole(layers.Find(TimestepsKey)) ?? tuned?.Timesteps ?? algorithm.DefaultTimesteps,
            sources);
    }

    private static Preset? PresetOf(string file, EnvId environment)
    {
        var text = File.ReadAllText(file);
        if (!PresetFile.HasSections(new StringReader(text), file))
        {
            return PresetFile.ReadFlat(new StringReader(text), file);
        }

        var sections = PresetFile.Read(new StringReader(text), file);
        return sections.Find(environment) ?? throw new ArgumentException(
            $"'{file}' has no section for '{environment}' and none named '{PresetFile.Default}'; it has {string.Join(", ", sections.Presets.Select(preset => preset.Name))}.");
    }

    private void AddFlags(ParseResult parsed, AlgorithmDescriptor algorithm, SettingLayers layers)
    {
        if (parsed.GetValue(_numEnvs) is { } lanes)
        {
            layers.Add(LanesKey, lanes.ToString(CultureInfo.InvariantCulture), _numEnvs.Name);
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
            layers.Add(parameter.Key, parts[1], _parameters.Name);
        }

        foreach (var option in _byFlag.Values.Distinct())
        {
            if (parsed.GetValue(option) is { } text)
            {
                var parameter = algorithm.Hyperparameters.FirstOrDefault(item => _byFlag.TryGetValue(item.Flags[0], out var own) && own == option)
                    ?? throw Unknown(algorithm, option.Name);
                layers.Add(parameter.Key, text, option.Name);
            }
        }
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

    // rl-zoo writes 1e5.
    private static long? Whole(Setting? setting) => setting is null ? null
        : double.TryParse(setting.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsInteger(number) && Math.Abs(number) < 1e15
            ? (long)number
            : throw new ArgumentException($"'{setting.Value}' is no value for '{setting.Key}' ({setting.Source}): pass a whole number.");

    private static int Lanes(Setting? setting, int otherwise)
    {
        var lanes = Whole(setting) ?? otherwise;
        return lanes is >= 1 and <= MostLanes
            ? (int)lanes
            : throw new ArgumentException($"{setting?.Source ?? LanesKey} must be between 1 and {MostLanes}, got {lanes}.");
    }
}
