using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Options;

/// <summary>Hyperparameters as flags, read off the options of all algorithms, and the settings that come of them.</summary>
internal sealed class AlgorithmFlags
{
    private readonly Dictionary<string, Option<string?>> _byFlag = new(StringComparer.Ordinal);

    private readonly Option<int?> _numEnvs = new("--num-envs", "--n-envs") { Description = "Lanes of the vector environment.", HelpName = "N" };

    private readonly Option<bool?> _normalize = new("--normalize")
    {
        Description = "Normalise observations and rewards by the moments of those seen so far (--norm-obs false or --norm-reward false for one alone).",
        HelpName = "BOOL",
    };

    private readonly Option<bool?> _normalizeObservations = new("--norm-obs") { Description = "Normalise observations.", HelpName = "BOOL" };

    private readonly Option<bool?> _normalizeRewards = new("--norm-reward") { Description = "Normalise rewards.", HelpName = "BOOL" };

    private readonly Option<int?> _frameStack = new("--frame-stack") { Description = "Give the last N observations together.", HelpName = "N" };

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
        var items = AlgorithmCatalog.All.SelectMany(algorithm => algorithm.Hyperparameters).ToList();
        foreach (var first in items)
        {
            // Whatever shares a flag is one option, though algorithms may name another of its flags first.
            var same = items.Where(item => item.Flags.Intersect(first.Flags).Any());
            var flags = same.SelectMany(item => item.Flags).Distinct().Where(flag => !_byFlag.ContainsKey(flag)).ToArray();
            if (flags.Length == 0)
            {
                continue;
            }

            var option = new Option<string?>(flags[0], flags[1..])
            {
                Description = first.Help,
                HelpName = "VALUE",
            };
            option.CompletionSources.Add([.. same.SelectMany(item => item.Choices).Distinct()]);
            foreach (var flag in flags)
            {
                _byFlag.Add(flag, option);
            }
        }
    }

    /// <summary>Adds the flags; help shows those of the algorithm that the command line names.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="algorithm">Its option that names the algorithm.</param>
    public void AddTo(Command command, Option<string> algorithm)
    {
        OptionGroup.Add(command, new OptionGroup(
            [.. _byFlag.Values.Distinct()],
            parsed => Known(parsed, algorithm) is { } known
                ? $"Options of {known.Name} (--algo NAME --help shows those of another algorithm)"
                : string.Empty,
            (parsed, option) => Known(parsed, algorithm) is { } known ? DescriptionOf(known, option) : null));
        OptionGroup.Add(command, "Lanes", _numEnvs, _normalize, _normalizeObservations, _normalizeRewards, _frameStack);
        OptionGroup.Add(command, "Where options come from", _preset, _file, _parameters, _annealLearningRate);
    }

    // A command line that is not complete, as one with --help, has no defaults.
    private static AlgorithmDescriptor? Known(ParseResult parsed, Option<string> option) =>
        AlgorithmCatalog.All.FirstOrDefault(algorithm => algorithm.Name == (parsed.GetValue(option) ?? option.GetDefaultValue() as string));

    private string? DescriptionOf(AlgorithmDescriptor algorithm, Option option)
    {
        var parameter = algorithm.Hyperparameters.FirstOrDefault(item => _byFlag[item.Flags[0]] == option);
        return parameter is null
            ? null
            : OptionGroup.WithDefault(parameter.Help, algorithm.WriteOptions(algorithm.DefaultOptions)[parameter.Name]?.ToJsonString().Trim('"') ?? "none");
    }

    /// <summary>The settings for an environment: flags before environment variables before a file before a preset before defaults.</summary>
    /// <exception cref="UsageException">There is no such algorithm, it has no such option, or a value does not fit.</exception>
    public TrainingSettings Resolve(ParseResult parsed, string algorithm, EnvId environment) =>
        OptionErrors.Read(() => Resolve(parsed, AlgorithmCatalog.Get(algorithm), environment));

    private TrainingSettings Resolve(ParseResult parsed, AlgorithmDescriptor algorithm, EnvId environment)
    {
        var layers = new SettingLayers();
        AddFlags(parsed, algorithm, layers);
        layers.AddVariables(TrainingSettings.KeysOf(algorithm), Environment.GetEnvironmentVariable);
        layers.Add(parsed.GetValue(_file) is { } file ? Read(file, environment) : null);
        layers.Add(PresetCatalog.Choose(algorithm.Name, environment, parsed.GetValue(_preset)!));
        var settings = TrainingSettings.Of(algorithm, layers);
        return parsed.GetValue(_annealLearningRate) is { } anneal ? Anneal(settings, anneal) : settings;
    }

    /// <summary>The flags that were given, each by the name that it was given by.</summary>
    public IEnumerable<string> Given(ParseResult parsed) =>
        _byFlag.Values.Distinct()
            .Concat<Option>(
                [_numEnvs, _normalize, _normalizeObservations, _normalizeRewards, _frameStack, _preset, _file, _annealLearningRate, _parameters])
            .Where(parsed.IsGiven)
            .Select(option => parsed.GetResult(option)!.IdentifierToken?.Value ?? option.Name);

    private Preset Read(string file, EnvId environment)
    {
        try
        {
            return PresetOf(file, environment);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{_file.Name}: {(Directory.Exists(file) ? $"'{file}' is a folder; name a YAML file, such as config.yml of a run." : exception.Message)}", exception);
        }
    }

    private static Preset PresetOf(string file, EnvId environment)
    {
        var text = TextFile.Read(file);
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
        AddRunFlag(parsed, layers, _numEnvs, TrainingSettings.LanesKey);
        AddRunFlag(parsed, layers, _normalize, TrainingSettings.NormalizeKey);
        AddRunFlag(parsed, layers, _normalizeObservations, TrainingSettings.NormalizeObservationsKey);
        AddRunFlag(parsed, layers, _normalizeRewards, TrainingSettings.NormalizeRewardsKey);
        AddRunFlag(parsed, layers, _frameStack, TrainingSettings.FrameStackKey);

        foreach (var text in parsed.GetValue(_parameters) ?? [])
        {
            var parts = text.Split('=', 2);
            if (parts.Length != 2)
            {
                throw new ArgumentException($"'{text}' is no parameter; write Name=Value, for example -p Gamma=0.98.");
            }

            var parameter = algorithm.Hyperparameters.FirstOrDefault(
                item => item.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase) || item.Key == parts[0])
                ?? throw TrainingSettings.Unknown(algorithm, parts[0]);
            layers.Add(parameter.Key, parts[1], _parameters.Name);
        }

        foreach (var option in _byFlag.Values.Distinct())
        {
            if (parsed.GetValue(option) is { } text)
            {
                var parameter = algorithm.Hyperparameters.FirstOrDefault(item => _byFlag.TryGetValue(item.Flags[0], out var own) && own == option)
                    ?? throw new ArgumentException(
                        $"Algorithm '{algorithm.Name}' has no option '{option.Name}'; it has {string.Join(", ", algorithm.Hyperparameters.Select(item => item.Flags[0]))}.");
                layers.Add(parameter.Key, text, option.Name);
            }
        }
    }

    private static void AddRunFlag<T>(ParseResult parsed, SettingLayers layers, Option<T?> option, string key)
        where T : struct
    {
        if (parsed.GetValue(option) is { } value)
        {
            layers.Add(key, Convert.ToString(value, CultureInfo.InvariantCulture)!, option.Name);
        }
    }

    private TrainingSettings Anneal(TrainingSettings settings, bool anneal)
    {
        const string Name = nameof(PpoOptions.LearningRate);
        var algorithm = settings.Algorithm;
        var parameter = algorithm.Hyperparameters.FirstOrDefault(item => item.Name == Name && item.Type == typeof(Schedule))
            ?? throw TrainingSettings.Unknown(algorithm, _annealLearningRate.Name);
        var options = algorithm.WriteOptions(settings.Options);
        var rate = options[Name].Deserialize<Schedule>();
        options[Name] = JsonSerializer.SerializeToNode(anneal ? Schedule.Linear(rate.Start) : Schedule.Constant(rate.Start));
        return settings with
        {
            Options = algorithm.ReadOptions(options),
            Sources = new Dictionary<string, string>(settings.Sources) { [parameter.Key] = $"{settings.Sources[parameter.Key]} with {_annealLearningRate.Name}" },
        };
    }
}
