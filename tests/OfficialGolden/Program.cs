using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge;
using GymBridge.Bundled.Torch.Tests.Official;
using TorchSharp;
using static TorchSharp.torch;

// dotnet run --project tests/OfficialGolden -c Release -- tests/GymBridge.Bundled.Torch.Tests/golden/official.json
if (args is not [var path])
{
    Console.Error.WriteLine("Give the file to write.");
    return 2;
}

// The order of its sums depends on the number of threads.
set_num_threads(1);
var text = new StringBuilder();
text.Append(CultureInfo.InvariantCulture, $"{{\"meta\": {{\"libtorch\": \"{torch.__version__}\", \"TorchSharp\": \"0.107.0\"}},\n\"scenarios\": {{");
var separator = "\n";
foreach (var (name, program) in Scenarios.All)
{
    using var scope = NewDisposeScope();
    var record = new JsonObject();
    try
    {
        record["outputs"] = new JsonArray([.. program().Select(Recorded)]);
    }
    catch (Exception e)
    {
        record["error"] = e.GetType().Name;
        // libtorch adds its stack.
        record["message"] = e.Message.Split("\nException raised from")[0];
    }

    text.Append(separator).Append(JsonSerializer.Serialize(name)).Append(": ").Append(record.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    separator = ",\n";
}

File.WriteAllText(path, text.Append("\n}}\n").ToString());
return 0;

static JsonNode Recorded(Tensor tensor)
{
    using var values = tensor.detach().to(ScalarType.Float64).contiguous();
    return new JsonObject
    {
        ["dtype"] = tensor.dtype switch
        {
            ScalarType.Float32 => "float32",
            ScalarType.Float64 => "float64",
            ScalarType.Int64 => "int64",
            ScalarType.Int32 => "int32",
            ScalarType.Byte => "uint8",
            ScalarType.Bool => "bool",
            var other => throw new NotSupportedException(other.ToString()),
        },
        ["shape"] = new JsonArray([.. tensor.shape.Select(size => (JsonNode)size)]),
        ["data"] = new JsonArray([.. values.data<double>().ToArray().Select(value => Number(value, tensor.dtype))]),
    };
}

static JsonNode Number(double value, ScalarType dtype) => dtype switch
{
    ScalarType.Bool => value != 0,
    ScalarType.Float32 or ScalarType.Float64 => double.IsFinite(value)
        ? JsonNode.Parse(dtype == ScalarType.Float32 ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture))!
        : double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity",
    _ => (long)value,
};
