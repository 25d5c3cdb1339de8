using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Torch.Managed.Tests.Official;
using TorchSharp;
using static TorchSharp.torch;

namespace GymBridge.Torch.Tests.Official;

/// <summary>Runs the programs of <see cref="Scenarios"/> and writes down what they return or throw, as golden/official.json has it.</summary>
internal static class OfficialRecorder
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Record()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\"meta\": {{\"libtorch\": \"{torch.__version__}\", \"TorchSharp\": \"{Upstream.Version}\"}},\n\"scenarios\": {{");
        var separator = "\n";
        foreach (var (name, program) in Scenarios.All)
        {
            text.Append(separator).Append(JsonSerializer.Serialize(name)).Append(": ").Append(Record(program).ToJsonString(OneLine));
            separator = ",\n";
        }

        return text.Append("\n}}\n").ToString();
    }

    private static JsonObject Record(Func<Tensor[]> program)
    {
        using var scope = NewDisposeScope();
        try
        {
            return new JsonObject { ["outputs"] = new JsonArray([.. program().Select(Record)]) };
        }
        catch (Exception exception)
        {
            // libtorch adds its stack.
            return new JsonObject { ["error"] = exception.GetType().Name, ["message"] = exception.Message.Split("\nException raised from")[0] };
        }
    }

    private static JsonNode Record(Tensor tensor)
    {
        using var values = tensor.detach().to(ScalarType.Float64).contiguous();
        return new JsonObject
        {
            ["dtype"] = tensor.dtype switch
            {
                ScalarType.Byte => "uint8",
                var dtype => dtype.ToString().ToLowerInvariant(),
            },
            ["shape"] = new JsonArray([.. tensor.shape.Select(size => (JsonNode)size)]),
            ["data"] = new JsonArray([.. values.data<double>().ToArray().Select(value => Number(value, tensor.dtype))]),
        };
    }

    private static JsonNode Number(double value, ScalarType dtype) => dtype switch
    {
        ScalarType.Bool => value != 0,
        ScalarType.Float32 or ScalarType.Float64 when double.IsFinite(value) => JsonNode.Parse(
            dtype == ScalarType.Float32 ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture))!,
        ScalarType.Float32 or ScalarType.Float64 => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity",
        _ => (long)value,
    };
}
