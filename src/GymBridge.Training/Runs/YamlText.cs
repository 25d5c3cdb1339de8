using YamlDotNet.RepresentationModel;

namespace GymBridge.Training.Runs;

/// <summary>Writes a map as YAML.</summary>
internal static class YamlText
{
    public static string Of(IEnumerable<KeyValuePair<string, YamlNode>> items)
    {
        var map = new YamlMappingNode(items.Select(item => new KeyValuePair<YamlNode, YamlNode>(new YamlScalarNode(item.Key), item.Value)));
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(map)).Save(writer, assignAnchors: false);

        // The library ends each document with a line of dots.
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }
}
