using System.Text.Json;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Every call of ops.json: outputs and gradients against PyTorch's.</summary>
public class OpsParityTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (double Rtol, double Atol)> Tolerances = new()
    {
        ["exact"] = (0, 0),
        ["ulp"] = (5e-7, 1e-37),
        ["reduce"] = (2e-6, 2e-6),
    };

    private static readonly HashSet<string> ZeroSignIsAnAccident = ["maximum", "minimum", "fmax", "fmin", "clamp", "relu", "sort", "topk", "clamp.tensor", "max", "min", "amax", "amin"];

    [Fact]
    public void Operation_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var failures = new List<string>();
        var missing = new HashSet<string>();
        var passed = 0;
        foreach (var record in GoldenFile.Load("ops.json").GetProperty("cases").EnumerateArray())
        {
            using var inner = NewDisposeScope();
            var name = record.GetProperty("op").GetString()!;
            var call = Expressions.Find(name, record.GetProperty("expr").GetString()!);
            if (call is null)
            {
                missing.Add($"{name}: {record.GetProperty("expr")}");
                continue;
            }
            var failure = Check(name, record, call);
            if (failure is null)
            {
                passed++;
            }
            else
            {
                failures.Add($"{name}/{record.GetProperty("case")}: {failure}");
            }
        }
        output.WriteLine($"{passed} records passed, {failures.Count} failed, {missing.Count} operations have no call");
        foreach (var line in failures.Concat(missing))
        {
            output.WriteLine(line);
        }

        Assert.Empty(missing);
        Assert.Empty(failures);
        Assert.Equal(1192, passed);
    }

    private static string? Check(string name, JsonElement record, Func<Expressions.Args, Tensor[]> call)
    {
        var inputs = new Dictionary<string, Tensor>();
        var double64 = false;
        foreach (var input in record.GetProperty("inputs").EnumerateObject())
        {
            var t = GoldenFile.Tensor(input.Value);
            double64 |= t.dtype == float64;
            inputs[input.Name] = t.is_floating_point() && input.Name != "n" ? t.requires_grad_() : t;
        }
        Tensor[] outputs;
        try
        {
            outputs = call(new Expressions.Args(inputs, record.GetProperty("params")));
        }
        catch (Exception e) when (record.TryGetProperty("error", out _))
        {
            return e is NotSupportedException or NullReferenceException or InvalidCastException ? $"wrong kind of refusal: {e.Message}" : null;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
        if (record.TryGetProperty("error", out var error))
        {
            return $"should have raised {error}";
        }

        var kind = record.GetProperty("class").GetString()!;
        var (rtol, atol) = double64 && kind != "exact" ? (1e-12, 1e-12) : Tolerances[kind];
        var expected = record.GetProperty("outputs").EnumerateArray().ToArray();
        if (expected.Length != outputs.Length)
        {
            return $"{outputs.Length} outputs, expected {expected.Length}";
        }

        var signed = kind == "exact" && !ZeroSignIsAnAccident.Contains(name.Split('.')[0]);
        for (var i = 0; i < expected.Length; i++)
        {
            if (GoldenFile.Difference(outputs[i], expected[i], rtol, atol, signed) is { } difference)
            {
                return $"output {i}: {difference}";
            }
        }
        var upstream = record.GetProperty("grad_outputs").EnumerateArray().ToArray();
        var roots = new List<Tensor>();
        var grads = new List<Tensor>();
        for (var i = 0; i < upstream.Length; i++)
        {
            if (upstream[i].ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!outputs[i].requires_grad)
            {
                return $"output {i} has no gradient";
            }

            roots.Add(outputs[i]);
            grads.Add(GoldenFile.Tensor(upstream[i]));
        }
        if (roots.Count == 0)
        {
            return null;
        }

        try
        {
            autograd.backward(roots, grads);
        }
        catch (Exception e)
        {
            return $"backward {e.GetType().Name}: {e.Message}";
        }
        foreach (var grad in record.GetProperty("grads").EnumerateObject())
        {
            var got = inputs[grad.Name].grad;
            if (grad.Value.ValueKind == JsonValueKind.Null)
            {
                if (got is not null)
                {
                    return $"gradient of {grad.Name} should be null";
                }

                continue;
            }
            if (got is null)
            {
                return $"no gradient of {grad.Name}";
            }

            var (gr, ga) = double64 ? (1e-12, 1e-12) : (2e-6, 2e-6);
            if (GoldenFile.Difference(got, grad.Value, gr, ga) is { } difference)
            {
                return $"gradient of {grad.Name}: {difference}";
            }
        }
        return null;
    }
}
