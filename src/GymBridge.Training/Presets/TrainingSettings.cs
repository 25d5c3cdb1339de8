using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Agents.Options;

namespace GymBridge.Training.Presets;

/// <summary>What a run is made with, and where each value came from.</summary>
/// <param name="Algorithm">What is known of the algorithm.</param>
/// <param name="Options">Hyperparameters of the algorithm.</param>
/// <param name="NumEnvs">Number of lanes, at least 1.</param>
/// <param name="Timesteps">Environment steps, over all lanes.</param>
/// <param name="Wrappers">Wrappers around the environment.</param>
/// <param name="Sources">By rl-zoo's key: a flag, an environment variable, a file, a preset, or <c>default</c>.</param>
public sealed record TrainingSettings(
    AlgorithmDescriptor Algorithm,
    AlgorithmOptions Options,
    int NumEnvs,
    long Timesteps,
    TrainingWrappers Wrappers,
    IReadOnlyDictionary<string, string> Sources)
{
    /// <summary>Key of the number of lanes.</summary>
    public const string LanesKey = "n_envs";

    /// <summary>Key of the environment steps.</summary>
    public const string TimestepsKey = "n_timesteps";

    /// <summary>Key of whether observations and rewards are normalised.</summary>
    public const string NormalizeKey = "normalize";

    /// <summary>Key of whether observations are normalised, whatever <see cref="NormalizeKey"/> says.</summary>
    public const string NormalizeObservationsKey = "norm_obs";

    /// <summary>Key of whether rewards are normalised, whatever <see cref="NormalizeKey"/> says.</summary>
    public const string NormalizeRewardsKey = "norm_reward";

    /// <summary>Key of the observations that are given together.</summary>
    public const string FrameStackKey = "frame_stack";

    /// <summary>The source of what nothing has set.</summary>
    public const string Unset = "default";

    private const int MaxShown = 80; // characters of a value in a message

    private const int MostLanes = 1_000_000;
    private const int MostFrames = 1_000;

    // rl-zoo's files name a policy class; networks are the algorithm's own here.
    private const string PolicyKey = "policy";

    // What --print-config prints first, and so may stand in a file.
    private const string AlgorithmKey = "algo";

    private static readonly string[] RunKeys = [LanesKey, TimestepsKey, NormalizeKey, NormalizeObservationsKey, NormalizeRewardsKey, FrameStackKey];

    /// <summary>All keys that a run of an algorithm may be set by.</summary>
    public static IEnumerable<string> KeysOf(AlgorithmDescriptor algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return [.. RunKeys, .. algorithm.Hyperparameters.Select(item => item.Key)];
    }

    /// <summary>The settings of a preset, defaults where it says nothing.</summary>
    /// <exception cref="ArgumentException">The algorithm has no such option, or a value does not fit.</exception>
    public static TrainingSettings Of(AlgorithmDescriptor algorithm, Preset? preset) => Of(algorithm, new SettingLayers().Add(preset));

    /// <summary>The settings that layers give, defaults where they say nothing.</summary>
    /// <exception cref="ArgumentException">The algorithm has no such option, or a value does not fit.</exception>
    public static TrainingSettings Of(AlgorithmDescriptor algorithm, SettingLayers layers)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(layers);
        var options = algorithm.WriteOptions(algorithm.DefaultOptions);
        var sources = KeysOf(algorithm).ToDictionary(key => key, _ => Unset);
        if (layers.Find(AlgorithmKey) is { } named && named.Value != algorithm.Name)
        {
            throw new ArgumentException(
                $"{named.Source} holds options of '{named.Value}', and '{algorithm.Name}' is to be trained: add --algo {named.Value}, or take the line '{AlgorithmKey}' out.");
        }

        foreach (var setting in layers.Settings.Where(setting => setting.Key is not (AlgorithmKey or PolicyKey)))
        {
            sources[setting.Key] = setting.Source;
            if (!RunKeys.Contains(setting.Key))
            {
                var parameter = algorithm.Hyperparameters.FirstOrDefault(item => item.Key == setting.Key)
                    ?? throw Unknown(algorithm, setting.Key, $" ({setting.Source})");
                Set(algorithm, options, parameter, setting);
            }
        }

        var normalize = Flag(layers.Find(NormalizeKey)) ?? false;
        return new TrainingSettings(
            algorithm,
            algorithm.ReadOptions(options),
            (int)Between(layers.Find(LanesKey), LanesKey, MostLanes, algorithm.DefaultNumEnvs),
            Whole(layers.Find(TimestepsKey)) ?? algorithm.DefaultTimesteps,
            new TrainingWrappers(
                Flag(layers.Find(NormalizeObservationsKey)) ?? normalize,
                Flag(layers.Find(NormalizeRewardsKey)) ?? normalize,
                (int)Between(layers.Find(FrameStackKey), FrameStackKey, MostFrames, 1),
                options[nameof(PpoOptions.Gamma)]?.GetValue<double>() ?? new TrainingWrappers().Gamma),
            sources);
    }

    /// <summary>Says that an algorithm has no option of a name.</summary>
    internal static ArgumentException Unknown(AlgorithmDescriptor algorithm, string name, string place = "")
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return new ArgumentException(
            $"Algorithm '{algorithm.Name}' has no option '{name}'{place}; it has {string.Join(", ", algorithm.Hyperparameters.Select(item => item.Key))}.");
    }

    private static void Set(AlgorithmDescriptor algorithm, JsonObject options, Hyperparameter parameter, Setting setting)
    {
        try
        {
            // A choice may be called None.
            options[parameter.Name] = parameter.Type.IsEnum ? JsonValue.Create(WithoutModule(setting.Value)) : Parse(setting.Value);
            algorithm.ReadOptions(options);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new ArgumentException($"'{Shortened(setting.Value)}' is no value for {PlaceOf(setting, parameter)}: {parameter.Help} Pass {Forms(parameter)}.", exception);
        }
    }

    // A flag and a variable say by their names which option they set; a file and a preset do not.
    private static string PlaceOf(Setting setting, Hyperparameter parameter) =>
        parameter.Flags.Contains(setting.Source) || setting.Source.StartsWith(SettingLayers.VariablePrefix, StringComparison.Ordinal)
            ? $"'{setting.Source}' ({parameter.Name})"
            : $"'{parameter.Key}' ({setting.Source})";

    private static string Shortened(string value) => value.Length <= MaxShown ? value : $"{value[..MaxShown]}...";

    // rl-zoo writes a class of PyTorch's: nn.ReLU.
    private static string WithoutModule(string name) => name[(name.LastIndexOf('.') + 1)..];

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

    private static string Forms(Hyperparameter parameter) => parameter.Type switch
    {
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(int) => "a whole number",
        var type when type == typeof(double) || type == typeof(double?) => "a number",
        var type when type == typeof(Schedule) => "a number, or lin_0.001",
        var type when type == typeof(EntropyCoefficient) => "a number, auto, or auto_0.1",
        var type when type == typeof(string) => "text",
        { IsEnum: true } => "one of " + string.Join(", ", parameter.Choices),
        _ => "a list such as [64,64]",
    };

    private static bool? Flag(Setting? setting) => setting is null ? null
        : bool.TryParse(setting.Value, out var flag) ? flag
        : throw new ArgumentException($"'{setting.Value}' is no value for '{setting.Key}' ({setting.Source}): pass true or false.");

    // rl-zoo writes 1e5.
    private static long? Whole(Setting? setting) => setting is null ? null
        : double.TryParse(setting.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsInteger(number) && Math.Abs(number) < 1e15
            ? (long)number
            : throw new ArgumentException($"'{setting.Value}' is no value for '{setting.Key}' ({setting.Source}): pass a whole number.");

    private static long Between(Setting? setting, string key, int most, int otherwise)
    {
        var value = Whole(setting) ?? otherwise;
        return value >= 1 && value <= most
            ? value
            : throw new ArgumentException($"{setting?.Source ?? key} must be between 1 and {most}, got {value}.");
    }
}
