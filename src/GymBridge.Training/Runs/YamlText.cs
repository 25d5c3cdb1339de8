using YamlDotNet.RepresentationModel;

namespace GymBridge.Training.Runs;

/// <summary>Writes a flat map as YAML.</summary>
internal static class YamlText
{
    /// <summary>The map as YAML.</summary>
    /// <param name="items">Keys with their values: a text, as it is to stand there, a number, a truth value, or a list of texts.</param>
    public static string Of(IEnumerable<KeyValuePair<string, object?>> items)
    {
        var map = new YamlMappingNode(items.Select(item => new KeyValuePair<YamlNode, YamlNode>(new YamlScalarNode(item.Key), Node(item.Value))));
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(map)).Save(writer, assignAnchors: false);

        // The library ends each document with a line of dots.
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    private static YamlNode Node(object? value) => value is IEnumerable<string> list
        ? new YamlSequenceNode(list.Select(item => new YamlScalarNode(item)))
        : new YamlScalarNode(value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        });
}
