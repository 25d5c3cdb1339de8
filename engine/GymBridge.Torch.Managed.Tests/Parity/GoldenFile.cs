using System.Globalization;
using System.Text.Json;
using TorchSharp;

using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Reads the fixtures that PyTorch made (golden/README.md of the shared folder says how).</summary>
internal static class GoldenFile
{
    public static JsonElement Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", name);
        using var stream = File.OpenRead(path);
        return JsonDocument.Parse(stream).RootElement;
    }

    public static bool IsTensor(JsonElement e) => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("dtype", out _) && e.TryGetProperty("data", out _);

    public static ScalarType Type(string name) => name switch
    {
        "float32" => float32,
        "float64" => float64,
        "int64" => int64,
        "int32" => int32,
        "uint8" => uint8,
        "bool" => torch.@bool,
        _ => throw new ArgumentException(name),
    };

    public static Tensor Tensor(JsonElement e)
    {
        var dtype = Type(e.GetProperty("dtype").GetString()!);
        long[] shape = [.. e.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        var data = e.GetProperty("data");
        if (dtype == int64 || dtype == int32 || dtype == uint8)
        {
            return tensor(data.EnumerateArray().Select(v => v.GetInt64()).ToArray(), shape, dtype);
        }

        if (dtype == torch.@bool)
        {
            return tensor(data.EnumerateArray().Select(v => v.GetBoolean()).ToArray(), shape);
        }

        return tensor(data.EnumerateArray().Select(Number).ToArray(), shape, dtype);
    }

    public static double Number(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? e.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => throw new FormatException(e.GetString()) }
        : double.Parse(e.GetRawText(), CultureInfo.InvariantCulture);

    /// <summary>A Python number: the text tells an integer from a float.</summary>
    public static Scalar Scalar(JsonElement e)
    {
        if (e.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return e.GetBoolean();
        }

        if (e.ValueKind == JsonValueKind.String)
        {
            return Number(e);
        }

        var text = e.GetRawText();
        return text.AsSpan().IndexOfAny(".eE") >= 0 ? (Scalar)Number(e) : e.GetInt64();
    }

    public static long[] Longs(JsonElement e) => e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray().Select(v => v.GetInt64())] : [e.GetInt64()];

    /// <summary>Null if equal within the tolerance, else what differs.</summary>
    public static string? Difference(Tensor got, JsonElement expected, double rtol, double atol, bool signedZero = false)
    {
        using var want = Tensor(expected);
        return Difference(got, want, rtol, atol, signedZero);
    }

    public static string? Difference(Tensor got, Tensor want, double rtol, double atol, bool signedZero = false)
    {
        if (got.dtype != want.dtype)
        {
            return $"dtype {got.dtype}, expected {want.dtype}";
        }

        if (!got.shape.AsSpan().SequenceEqual(want.shape))
        {
            return $"shape [{string.Join(", ", got.shape)}], expected [{string.Join(", ", want.shape)}]";
        }

        var a = Values(got);
        var b = Values(want);
        for (var i = 0; i < a.Length; i++)
        {
            if (double.IsNaN(a[i]) && double.IsNaN(b[i]))
            {
                continue;
            }

            var same = a[i].Equals(b[i]) || (!signedZero && a[i] == b[i]);
            if (same || (double.IsFinite(a[i]) && double.IsFinite(b[i]) && a[i] != b[i] && Math.Abs(a[i] - b[i]) <= atol + (rtol * Math.Abs(b[i]))))
            {
                continue;
            }

            return string.Create(CultureInfo.InvariantCulture, $"[{i}] {a[i]:R}, expected {b[i]:R}");
        }
        return null;
    }

    public static double[] Values(Tensor t)
    {
        using var d = t.detach().to(float64, copy: true);
        return d.data<double>().ToArray();
    }
}
