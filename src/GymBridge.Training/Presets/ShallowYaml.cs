using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace GymBridge.Training.Presets;

/// <summary>The events of a YAML text that is nested no deeper than settings ever are: deeper ones would overflow the stack of whoever reads them.</summary>
internal sealed class ShallowYaml(IParser parser) : IParser
{
    private const int MaxDepth = 64;

    // Nodes with every alias in full.
    private const int MaxNodes = 100_000;

    private int _depth;

    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        var moved = parser.MoveNext();
        if (moved && parser.Current is { } current && (_depth += current.NestingIncrease) > MaxDepth)
        {
            throw new YamlException(current.Start, current.End, $"lists and maps are nested deeper than {MaxDepth} levels.");
        }

        return moved;
    }

    /// <summary>Refuses aliases by which a node holds itself, or a short text becomes a long one.</summary>
    /// <exception cref="InvalidDataException">It is too deep, or too large.</exception>
    public static void ThrowIfAliasesGrow(YamlNode root, string source)
    {
        var (nodes, pending) = (0, new Stack<(YamlNode Node, int Depth)>([(root, 0)]));
        while (pending.TryPop(out var next))
        {
            if (next.Depth > MaxDepth || ++nodes > MaxNodes)
            {
                throw new InvalidDataException(
                    $"{source}, line {next.Node.Start.Line}: aliases (*name) make the text endless or larger than {MaxNodes} values; write the values out.");
            }

            var children = next.Node switch
            {
                YamlSequenceNode list => list.Children,
                YamlMappingNode map => map.Children.SelectMany(item => new[] { item.Key, item.Value }),
                _ => [],
            };
            foreach (var child in children)
            {
                pending.Push((child, next.Depth + 1));
            }
        }
    }
}
