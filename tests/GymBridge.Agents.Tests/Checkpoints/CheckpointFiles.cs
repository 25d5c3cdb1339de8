using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Checkpoints;

/// <summary>The files of golden/checkpoint, and what they hold.</summary>
internal static class CheckpointFiles
{
    private static readonly JsonElement Expected = JsonDocument.Parse(Bytes("expected.json")).RootElement;

    public static string Folder => System.IO.Path.Combine(AppContext.BaseDirectory, "golden", "checkpoint");

    public static IReadOnlyList<string> Order => [.. Expected.GetProperty("order").EnumerateArray().Select(name => name.GetString()!)];

    public static string Path(string file) => System.IO.Path.Combine(Folder, file);

    public static byte[] Bytes(string file) => File.ReadAllBytes(Path(file));

    /// <summary>The module that the state dict belongs to, with other weights.</summary>
    public static nn.Module<Tensor, Tensor> Model() => nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2));

    /// <summary>Dtype, shape and bits of every tensor.</summary>
    public static string Describe(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (name, tensor) in tensors)
        {
            using var contiguous = tensor.contiguous();
            text.Append(CultureInfo.InvariantCulture, $"{name} {tensor.dtype} [{string.Join(", ", tensor.shape)}] {Convert.ToHexString(contiguous.bytes)}\n");
        }

        return text.ToString();
    }

    /// <summary>The same of what PyTorch saved.</summary>
    public static string Describe() => Describe(Order.Select(name => KeyValuePair.Create(name, Tensor(Expected.GetProperty("state_dict").GetProperty(name)))));

    public static void AssertOutput(nn.Module<Tensor, Tensor> model)
    {
        model.eval();
        var output = model.call(Tensor(Expected.GetProperty("input")));
        Assert.True(output.allclose(Tensor(Expected.GetProperty("output")), 1e-5, 1e-6));
    }

    private static Tensor Tensor(JsonElement recorded)
    {
        long[] shape = [.. recorded.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        double[] data = [.. recorded.GetProperty("data").EnumerateArray().Select(value => value.GetDouble())];
        return tensor(data, shape, recorded.GetProperty("dtype").GetString() switch
        {
            "float32" => ScalarType.Float32,
            "float64" => ScalarType.Float64,
            "int64" => ScalarType.Int64,
            var other => throw new ArgumentException(other),
        });
    }
}
