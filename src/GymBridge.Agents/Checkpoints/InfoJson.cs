using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GymBridge.Agents.Checkpoints;

/// <summary>The values that an <see cref="Info"/> holds in JSON, each as its type's letter and its content, so that all of them come back.</summary>
internal static class InfoJson
{
    /// <exception cref="NotSupportedException">A value has another type.</exception>
    public static JsonNode Write(object? value) => value switch
    {
        null => Tagged("n"),
        bool flag => Tagged("b", flag),
        string text => Tagged("s", text),
        sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger => Tagged("i", Convert.ToString(value, CultureInfo.InvariantCulture)!),
        float number => Tagged("f", ((double)number).ToString("R", CultureInfo.InvariantCulture)),
        double number => Tagged("f", number.ToString("R", CultureInfo.InvariantCulture)),
        byte[] bytes => Tagged("y", Convert.ToBase64String(bytes)),
        NDArray array => Tagged("a", Write(array)),
        NumPyScalar scalar => Tagged("c", Write(scalar.Value)),
        Info info => Tagged("d", new JsonArray([.. info.Select(item => new JsonArray(item.Key, Write(item.Value)))])),
        TupleValue tuple => Tagged("t", new JsonArray([.. tuple.Select(Write)])),
        IReadOnlyList<object?> list => Tagged("l", new JsonArray([.. list.Select(Write)])),
        _ => throw new NotSupportedException($"A value of type {value.GetType().Name} cannot be written to a checkpoint."),
    };

    /// <exception cref="InvalidDataException">The JSON is something else.</exception>
    public static object? Read(JsonNode? node)
    {
        try
        {
            var parts = node!.AsArray();
            object? value = parts[0]!.GetValue<string>() switch
            {
                "n" => null,
                "b" => parts[1]!.GetValue<bool>(),
                "s" => parts[1]!.GetValue<string>(),
                "i" when long.TryParse(parts[1]!.GetValue<string>(), CultureInfo.InvariantCulture, out var integer) => integer,
                "i" => BigInteger.Parse(parts[1]!.GetValue<string>(), CultureInfo.InvariantCulture),
                "f" => double.Parse(parts[1]!.GetValue<string>(), CultureInfo.InvariantCulture),
                "y" => Convert.FromBase64String(parts[1]!.GetValue<string>()),
                "a" => Array(parts[1]!),
                "c" => new NumPyScalar(Array(parts[1]!)),
                "d" => Dict(parts[1]!.AsArray()),
                "t" => new TupleValue([.. parts[1]!.AsArray().Select(Read)]),
                "l" => parts[1]!.AsArray().Select(Read).ToList(),
                var tag => throw new InvalidDataException($"'{tag}' is no kind of value."),
            };
            return value;
        }
        catch (Exception exception) when (
            exception is NullReferenceException or InvalidOperationException or FormatException or ArgumentException or JsonException)
        {
            throw new InvalidDataException($"A value of the checkpoint cannot be read: {exception.Message}", exception);
        }
    }

    private static JsonArray Tagged(string tag) => new(tag);

    private static JsonArray Tagged(string tag, JsonNode content) => new(tag, content);

    private static JsonObject Write(NDArray array) => new()
    {
        ["dtype"] = array.DType.ToString(),
        ["shape"] = new JsonArray([.. array.Shape.Select(size => JsonValue.Create(size))]),
        ["data"] = Convert.ToBase64String(array.Bytes),
    };

    private static NDArray Array(JsonNode node) => NDArray.FromBytes(
        Enum.Parse<DType>(node["dtype"]!.GetValue<string>()),
        node["shape"]!.AsArray().Select(size => size!.GetValue<int>()).ToArray(),
        Convert.FromBase64String(node["data"]!.GetValue<string>()));

    private static Info Dict(JsonArray items)
    {
        var info = new Info();
        foreach (var item in items)
        {
            info[item![0]!.GetValue<string>()] = Read(item[1]);
        }

        return info;
    }
}
