using System.Globalization;
using System.Text.Json;
using TorchSharp;

namespace GymBridge.Agents.Tests;

/// <summary>The files that PyTorch made (engine/GymBridge.Torch.Managed.Tests/golden), read through the surface that both engines have.</summary>
internal static class TorchGolden
{
    // golden/README.md, "Tolerances": optim.json and distributions.json.
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    public static JsonElement Load(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", file))).RootElement;

    /// <summary>A number, or one of the names JSON has none for.</summary>
    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetDouble();

    public static torch.Tensor Tensor(JsonElement element)
    {
        float[] data = [.. element.GetProperty("data").EnumerateArray().Select(item => (float)Number(item))];
        long[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
        return torch.tensor(data).reshape(shape);
    }

    public static Dictionary<string, torch.Tensor> Parameters(JsonElement record) =>
        record.GetProperty("params").EnumerateObject().ToDictionary(entry => entry.Name, entry => Tensor(entry.Value).requires_grad_());

    public static void AssertClose(JsonElement expected, torch.Tensor got, string what)
    {
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
        Assert.True(shape.AsSpan().SequenceEqual(got.shape), $"{what}: shape [{string.Join(", ", got.shape)}], expected [{string.Join(", ", shape)}]");
        var values = got.detach().contiguous().data<float>().ToArray();
        var i = 0;
        foreach (var item in expected.GetProperty("data").EnumerateArray())
        {
            var want = Number(item);
            double have = values[i];
            var same = have.Equals(want) || Math.Abs(have - want) <= Absolute + (Relative * Math.Abs(want));
            Assert.True(same, string.Create(CultureInfo.InvariantCulture, $"{what}[{i}]: {have}, expected {want}"));
            i++;
        }
    }

    /// <summary>The value and, from the recorded gradient of the result, the gradient of every parameter.</summary>
    public static void AssertValueAndGradients(JsonElement expected, torch.Tensor got, Dictionary<string, torch.Tensor> parameters, string what)
    {
        AssertClose(expected.GetProperty("value"), got, what);
        got.backward([Tensor(expected.GetProperty("grad_output"))]);
        foreach (var gradient in expected.GetProperty("grads").EnumerateObject().Where(entry => entry.Value.ValueKind != JsonValueKind.Null))
        {
            AssertClose(gradient.Value, parameters[gradient.Name].grad ?? torch.zeros_like(parameters[gradient.Name]), $"{what}, gradient of {gradient.Name}");
        }
    }
}
