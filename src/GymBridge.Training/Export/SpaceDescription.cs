using System.Text.Json.Nodes;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Training.Export;

/// <summary>Spaces in the words of <c>policy.json</c>, for programs that know Gymnasium but not GymBridge.</summary>
internal static class SpaceDescription
{
    public static JsonNode Of(Space space) => space switch
    {
        Box box => new JsonObject
        {
            ["type"] = "Box",
            ["shape"] = Numbers(box.Shape.ToArray()),
            ["dtype"] = box.DType.Name(),
            ["low"] = Bounds(box.Low),
            ["high"] = Bounds(box.High),
        },
        Discrete discrete => new JsonObject { ["type"] = "Discrete", ["n"] = discrete.N, ["start"] = discrete.Start, ["dtype"] = discrete.DType.Name() },
        MultiDiscrete multi => new JsonObject
        {
            ["type"] = "MultiDiscrete",
            ["nvec"] = Numbers(multi.NVec.ToArray()),
            ["start"] = Numbers(multi.Start.ToArray()),
            ["shape"] = Numbers(multi.Shape.ToArray()),
            ["dtype"] = multi.DType.Name(),
        },
        MultiBinary binary => new JsonObject { ["type"] = "MultiBinary", ["shape"] = Numbers(binary.Shape.ToArray()) },
        DictSpace dict => new JsonObject
        {
            ["type"] = "Dict",
            ["spaces"] = new JsonObject(dict.Spaces.Select(item => new KeyValuePair<string, JsonNode?>(item.Key, Of(item.Space)))),
        },
        TupleSpace tuple => new JsonObject { ["type"] = "Tuple", ["spaces"] = new JsonArray([.. tuple.Spaces.Select(Of)]) },
        _ => JsonValue.Create(space.ToString())!,
    };

    /// <summary>How an observation becomes the row of numbers that the networks read: its parts one after the other.</summary>
    public static JsonArray Features(Space space, bool scalesBytes) => space switch
    {
        Discrete discrete => [Feature("one_hot", discrete.N)],
        MultiDiscrete multi => new JsonArray([.. multi.NVec.ToArray().Select(count => Feature("one_hot", count))]),
        DictSpace dict => Joined(dict.Spaces.Select(item => item.Space), scalesBytes),
        TupleSpace tuple => Joined(tuple.Spaces, scalesBytes),
        _ when scalesBytes && ImageLayout.IsOfBytes(space) => [Feature("flatten_and_divide_by_255", space.Leaves[0].Elements)],
        _ => [Feature("flatten", space.Leaves[0].Elements)],
    };

    /// <summary>How the outputs of the network become an action; an ONNX model does it itself.</summary>
    public static JsonObject Postprocessing(Space space) => space switch
    {
        Discrete discrete => new JsonObject { ["kind"] = "argmax", ["start"] = discrete.Start },
        MultiDiscrete multi => new JsonObject { ["kind"] = "argmax_of_parts", ["nvec"] = Numbers(multi.NVec.ToArray()), ["start"] = Numbers(multi.Start.ToArray()) },
        MultiBinary => new JsonObject { ["kind"] = "greater_than_zero" },
        Box box => new JsonObject { ["kind"] = "clip", ["low"] = Bounds(box.Low), ["high"] = Bounds(box.High) },
        _ => new JsonObject { ["kind"] = "none" },
    };

    private static JsonObject Feature(string encoding, long size) => new JsonObject { ["encoding"] = encoding, ["size"] = size };

    private static JsonArray Joined(IEnumerable<Space> spaces, bool scalesBytes) =>
        new([.. spaces.SelectMany(space => Features(space, scalesBytes).Select(part => part!.DeepClone()))]);

    private static JsonArray Numbers<T>(IEnumerable<T> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    // JSON has no infinity: null is no bound.
    private static JsonArray Bounds(NDArray bounds) => new(
    [
        .. Enumerable.Range(0, bounds.Length).Select(i => Convert.ToDouble(bounds.GetItem(i), System.Globalization.CultureInfo.InvariantCulture))
            .Select(value => double.IsFinite(value) ? JsonValue.Create(value) : null),
    ]);
}
