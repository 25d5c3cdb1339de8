using System.Text.Json;
using GymBridge.Spaces;

namespace GymBridge.Tests.SpaceOracle;

/// <summary>Spaces from their descriptions; python/tests/space_oracle.py reads the same ones.</summary>
internal static class SpaceReader
{
    public static Space Read(JsonElement item) => item.GetProperty("kind").GetString() switch
    {
        "Box" => ReadBox(item),
        "Discrete" => new Discrete(long.Parse(Text(item, "n")), long.Parse(Text(item, "start")), ValueCodec.DTypeOf(item)),
        "MultiBinary" => item.GetProperty("n") is { ValueKind: JsonValueKind.Number } n
            ? new MultiBinary(n.GetInt32())
            : new MultiBinary(ValueCodec.Shape(item.GetProperty("n"))),
        "MultiDiscrete" => new MultiDiscrete(
            (NDArray)ValueCodec.Decode(item.GetProperty("nvec"))!,
            (NDArray?)ValueCodec.Decode(item.GetProperty("start")),
            ValueCodec.DTypeOf(item)),
        "Text" => new Text(
            item.GetProperty("max").GetInt32(), item.GetProperty("min").GetInt32(), item.GetProperty("charset").GetString()),
        "Tuple" => new TupleSpace([.. Inner(item)]),
        "OneOf" => new OneOf([.. Inner(item)]),
        "Dict" => ReadDict(item),
        "Sequence" => new Sequence(Read(item.GetProperty("feature")), item.GetProperty("stack").GetBoolean()),
        "Graph" => new Graph(
            Read(item.GetProperty("nodes")),
            item.GetProperty("edges") is { ValueKind: JsonValueKind.Object } edges ? Read(edges) : null),
        var kind => throw new ArgumentException($"Unknown kind of space: {kind}"),
    };

    // Bounds are float64, to be cast, or have the element type already.
    private static Box ReadBox(JsonElement item)
    {
        var low = (NDArray)ValueCodec.Decode(item.GetProperty("low"))!;
        var high = (NDArray)ValueCodec.Decode(item.GetProperty("high"))!;
        return item.GetProperty("cast").GetBoolean()
            ? new Box(low, high, ValueCodec.DTypeOf(item))
            : new Box(low, high, Flags(item, "below"), Flags(item, "above"));
    }

    private static DictSpace ReadDict(JsonElement item)
    {
        var pairs = item.GetProperty("spaces").EnumerateArray().Select(pair => (Key: pair[0].GetString()!, Space: Read(pair[1]))).ToList();
        return item.GetProperty("mapping").GetBoolean()
            ? new DictSpace(pairs.ToDictionary(pair => pair.Key, pair => pair.Space))
            : new DictSpace([.. pairs]) { SortKeys = item.GetProperty("sort_keys").GetBoolean() };
    }

    private static IEnumerable<Space> Inner(JsonElement item) => item.GetProperty("spaces").EnumerateArray().Select(Read);

    private static bool[] Flags(JsonElement item, string name) => [.. item.GetProperty(name).EnumerateArray().Select(flag => flag.GetBoolean())];

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
