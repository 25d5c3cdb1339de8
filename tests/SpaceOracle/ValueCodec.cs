using System.Globalization;
using System.Numerics;
using System.Text.Json;
using GymBridge.Spaces;

namespace GymBridge.Tests.SpaceOracle;

/// <summary>Values as JSON in which no bit and no type is lost; python/tests/space_oracle.py has the counterpart.</summary>
internal static class ValueCodec
{
    public static object? Encode(object? value) => value switch
    {
        null or bool or string => value,
        int or long => new Info { ["int"] = string.Create(CultureInfo.InvariantCulture, $"{value}") },
        NDArray array => new Info
        {
            ["dtype"] = array.DType.Name(),
            ["shape"] = array.Shape.Select(object? (extent) => extent).ToList(),
            ["bytes"] = Convert.ToHexStringLower(array.Bytes),
        },
        TupleValue tuple => new Info { ["tuple"] = tuple.Select(Encode).ToList() },
        Info info => new Info { ["dict"] = info.Select(object? (item) => new List<object?> { item.Key, Encode(item.Value) }).ToList() },
        GraphInstance graph => new Info { ["graph"] = new List<object?> { Encode(graph.Nodes), Encode(graph.Edges), Encode(graph.EdgeLinks) } },
        _ => throw new ArgumentException($"No encoding for {value.GetType().Name}."),
    };

    public static object? Decode(JsonElement item)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.Null: return null;
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.String: return item.GetString();
        }

        var content = item.EnumerateObject().First();
        switch (content.Name)
        {
            case "int":
                var number = BigInteger.Parse(content.Value.GetString()!, CultureInfo.InvariantCulture);
                return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
            case "float":
                return BitConverter.Int64BitsToDouble(Convert.ToInt64(content.Value.GetString()!, 16));
            case "scalar":
                return new NumPyScalar((NDArray)Decode(content.Value)!);
            case "dtype":
                return NDArray.FromBytes(DTypeOf(item), Shape(item.GetProperty("shape")), Convert.FromHexString(item.GetProperty("bytes").GetString()!));
            case "tuple":
                return new TupleValue([.. content.Value.EnumerateArray().Select(Decode)]);
            case "dict":
                var info = new Info();
                foreach (var pair in content.Value.EnumerateArray())
                {
                    info[pair[0].GetString()!] = Decode(pair[1]);
                }

                return info;
            case "graph":
                return new GraphInstance(Decode(content.Value[0])!, Decode(content.Value[1]), (NDArray?)Decode(content.Value[2]));
            default:
                throw new ArgumentException($"Unknown kind of value: {content.Name}");
        }
    }

    public static int[] Shape(JsonElement shape) => [.. shape.EnumerateArray().Select(extent => extent.GetInt32())];

    public static DType DTypeOf(JsonElement item) => Enum.Parse<DType>(item.GetProperty("dtype").GetString()!, ignoreCase: true);
}
