using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GymBridge.Training.Presets;

/// <summary>A YAML file of hyperparameters in the form of rl-baselines3-zoo: sections by environment id, each a map of keys to values.</summary>
/// <remarks>Anchors and merge keys (<c>&lt;&lt;: *name</c>) and tags such as <c>!!float</c> are understood. A list becomes JSON text, and
/// a <c>policy_kwargs: "dict(...)"</c> in Python's words becomes the keys inside it, as a <c>normalize: "dict(...)"</c> does beside
/// <c>normalize: true</c>.</remarks>
public sealed class PresetFile
{
    /// <summary>The section for environments that have none.</summary>
    public const string Default = "default";

    /// <summary>The section for the prepared games of Python's <c>gymbridge.atari</c>.</summary>
    public const string Atari = "atari";

    private const string PolicyArguments = "policy_kwargs";
    private const string Merge = "<<";

    private readonly List<Preset> _presets;

    private PresetFile(List<Preset> presets) => _presets = presets;

    /// <summary>The sections, in the file's order.</summary>
    public IReadOnlyList<Preset> Presets => _presets;

    /// <summary>Reads a file of sections.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="InvalidDataException">The text is no YAML, or no map of maps; the message names the line.</exception>
    public static PresetFile Read(TextReader reader, string source) => new(
    [
        .. Root(reader, source).Select(section => Section(section.Value, Text(section.Key), $"{source}/{Text(section.Key)}")),
    ]);

    /// <summary>Reads a file without sections: one map of keys to values, as <c>config.yml</c> of a run folder is.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Preset ReadFlat(TextReader reader, string source)
    {
        var root = new YamlMappingNode();
        foreach (var (key, value) in Root(reader, source))
        {
            root.Add(key, value);
        }

        return Section(root, source, source);
    }

    /// <summary>Whether a file has sections rather than values.</summary>
    internal static bool HasSections(TextReader reader, string source) => Root(reader, source).Any(item => item.Value is YamlMappingNode);

    /// <summary>The section of an environment, else the default one; null where there is neither.</summary>
    /// <param name="environment">The environment; its module, and GymBridge's own namespace, do not count: both sides share a section. All
    /// prepared Atari games share <see cref="Atari"/>.</param>
    public Preset? Find(EnvId environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return Get(environment.Local)
            ?? (environment.Namespace == "GymBridge" ? Get((environment with { Namespace = null }).Local) : null)
            ?? (environment.Namespace == "Atari" ? Get(Atari) : null)
            ?? Get(Default);
    }

    /// <summary>A section by name; null where there is none.</summary>
    public Preset? Get(string name) => _presets.Find(preset => preset.Name == name);

    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Root(TextReader reader, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new ShallowYaml(new Parser(reader)));
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"{source}, line {exception.Start.Line}: {exception.Message}", exception);
        }

        if (stream.Documents.Count == 0)
        {
            return [];
        }

        ShallowYaml.ThrowIfAliasesGrow(stream.Documents[0].RootNode, source);
        return stream.Documents[0].RootNode as YamlMappingNode
            ?? throw new InvalidDataException($"{source} holds no map of keys to values; write lines such as 'gamma: 0.98'.");
    }

    private static Preset Section(YamlNode node, string name, string source)
    {
        if (node is not YamlMappingNode map)
        {
            throw new InvalidDataException($"{source}, line {node.Start.Line}: a section is a map of keys to values, such as 'gamma: 0.98'; got '{node}'.");
        }

        var values = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in Items(map))
        {
            var isNormalization = Text(key) == TrainingSettings.NormalizeKey && (value is YamlMappingNode || !bool.TryParse(Text(value), out _));
            if (isNormalization)
            {
                values.Add(new(TrainingSettings.NormalizeKey, "true"));
            }
            else if (Text(key) != PolicyArguments)
            {
                values.Add(new(Text(key), Text(value)));
                continue;
            }

            var arguments = value is YamlMappingNode inner
                ? [.. Items(inner).Select(item => new KeyValuePair<string, string>(Text(item.Key), Text(item.Value)))]
                : PythonDict.Read(Text(value), $"{source}, line {value.Start.Line}");
            values.AddRange(arguments);
        }

        return new Preset(name, source, values);
    }

    // What a merge key brings in counts where the map itself does not have the key.
    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Items(YamlMappingNode map)
    {
        var own = map.Where(item => Text(item.Key) != Merge).ToList();
        var merged = map.Where(item => Text(item.Key) == Merge)
            .SelectMany(item => item.Value is YamlSequenceNode list ? list.Children : [item.Value])
            .OfType<YamlMappingNode>()
            .SelectMany(Items);
        return merged.Where(item => !own.Exists(mine => Text(mine.Key) == Text(item.Key))).DistinctBy(item => Text(item.Key)).Concat(own);
    }

    private static string Text(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? string.Empty : ToJson(node)!.ToJsonString();

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlMappingNode map => new JsonObject(map.Select(item => new KeyValuePair<string, JsonNode?>(Text(item.Key), ToJson(item.Value)))),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } => Plain(text),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };

    private static JsonNode? Plain(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
