using System.Text.Json.Nodes;
using GymBridge.Spaces;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Spaces in JSON, as saved policies hold them; bounds as base64 of their bytes.</summary>
internal static class SpaceJson
{
    public static JsonObject Write(Space space) => space switch
    {
        Box box => new JsonObject
        {
            ["type"] = "Box",
            ["dtype"] = box.DType.ToString(),
            ["shape"] = Numbers(box.Shape.ToArray()),
            ["low"] = Convert.ToBase64String(box.Low.Bytes),
            ["high"] = Convert.ToBase64String(box.High.Bytes),
            ["bounded_below"] = Flags(box.BoundedBelow),
            ["bounded_above"] = Flags(box.BoundedAbove),
        },
        Discrete discrete => new JsonObject
        {
            ["type"] = "Discrete",
            ["n"] = discrete.N,
            ["start"] = discrete.Start,
            ["dtype"] = discrete.DType.ToString(),
        },
        MultiDiscrete multi => new JsonObject
        {
            ["type"] = "MultiDiscrete",
            ["shape"] = Numbers(multi.Shape.ToArray()),
            ["nvec"] = Numbers(multi.NVec.ToArray()),
            ["start"] = Numbers(multi.Start.ToArray()),
            ["dtype"] = multi.DType.ToString(),
        },
        MultiBinary binary => new JsonObject { ["type"] = "MultiBinary", ["shape"] = Numbers(binary.Shape.ToArray()) },
        DictSpace dict => new JsonObject
        {
            ["type"] = "Dict",
            ["spaces"] = new JsonArray([.. dict.Spaces.Select(item => new JsonObject { ["key"] = item.Key, ["space"] = Write(item.Space) })]),
        },
        TupleSpace tuple => new JsonObject { ["type"] = "Tuple", ["spaces"] = new JsonArray([.. tuple.Spaces.Select(Write)]) },
        _ => throw new NotSupportedException($"A policy over {space} cannot be saved."),
    };

    /// <exception cref="InvalidDataException">The JSON is no space.</exception>
    public static Space Read(JsonNode? node)
    {
        try
        {
            return ReadSpace((JsonObject)node!);
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            throw new InvalidDataException($"A space of the checkpoint cannot be read: {exception.Message}", exception);
        }
    }

    private static Space ReadSpace(JsonObject node) => node["type"]!.GetValue<string>() switch
    {
        "Box" => ReadBox(node),
        "Discrete" => new Discrete(node["n"]!.GetValue<long>(), node["start"]!.GetValue<long>(), Type(node)),
        "MultiDiscrete" => new MultiDiscrete(
            Array(node, "nvec"), Array(node, "start"), Type(node)),
        "MultiBinary" => Ints(node["shape"]!) is [var n] ? new MultiBinary(n) : new MultiBinary(Ints(node["shape"]!)),
        "Dict" => new DictSpace([.. node["spaces"]!.AsArray().Select(item => (item!["key"]!.GetValue<string>(), Read(item["space"])))]),
        "Tuple" => new TupleSpace([.. node["spaces"]!.AsArray().Select(Read)]),
        var other => throw new InvalidDataException($"'{other}' is no kind of space."),
    };

    private static Box ReadBox(JsonObject node)
    {
        var (shape, type) = (Ints(node["shape"]!), Type(node));
        return new Box(
            NDArray.FromBytes(type, shape, Convert.FromBase64String(node["low"]!.GetValue<string>())),
            NDArray.FromBytes(type, shape, Convert.FromBase64String(node["high"]!.GetValue<string>())),
            Flags(node["bounded_below"]!),
            Flags(node["bounded_above"]!));
    }

    private static NDArray Array(JsonObject node, string name)
    {
        var values = node[name]!.AsArray().Select(item => item!.GetValue<long>()).ToArray();
        return NDArray.FromBytes(DType.Int64, Ints(node["shape"]!), System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static DType Type(JsonObject node) => Enum.Parse<DType>(node["dtype"]!.GetValue<string>());

    private static int[] Ints(JsonNode node) => [.. node.AsArray().Select(item => item!.GetValue<int>())];

    private static JsonArray Numbers<T>(T[] values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static string Flags(ReadOnlySpan<bool> flags) => string.Concat(flags.ToArray().Select(flag => flag ? '1' : '0'));

    private static bool[] Flags(JsonNode node) => [.. node.GetValue<string>().Select(letter => letter == '1')];
}
