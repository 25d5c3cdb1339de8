using System.Text.Json;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>The random streams of rng.json: bit for bit, and the position of the stream after each program.</summary>
public class RngParityTests
{
    [Fact]
    public void Program_EverySeed_DrawsWhatPyTorchDraws()
    {
        var failures = new List<string>();
        var programs = 0;
        foreach (var program in GoldenFile.Load("rng.json").GetProperty("programs").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            manual_seed(program.GetProperty("seed").GetInt64());
            foreach (var call in program.GetProperty("calls").EnumerateArray())
            {
                var name = call.GetProperty("fn").GetString()!;
                var got = Run(name, call.GetProperty("args"));
                var result = call.GetProperty("result");
                JsonElement[] expected = result.ValueKind == JsonValueKind.Array ? [
                    .. result.EnumerateArray()] : result.ValueKind == JsonValueKind.Null ? [] : [result];
                for (var i = 0; i < expected.Length; i++)
                {
                    var tolerance = name == "orthogonal" ? 1e-6 : 0;
                    if (GoldenFile.Difference(got[i], expected[i], 0, tolerance, signedZero: tolerance == 0) is { } difference)
                    {
                        failures.Add($"seed {program.GetProperty("seed")} {name} {call.GetProperty("args")}: {difference}");
                    }
                }
            }
            // Each is one 32-bit word modulo 2^31: they pin the position of the stream.
            foreach (var next in GoldenFile.Tensor(program.GetProperty("next_uint31")).data<long>())
            {
                if (Generator.Default.Engine.Next32() % (1u << 31) != next)
                {
                    failures.Add($"position after {program.GetProperty("calls")[0].GetProperty("fn")}");
                }
            }
            programs++;
        }
        Assert.Empty(failures);
        Assert.Equal(390, programs);
    }

    /// <summary>
    /// PyTorch without AVX2 rounds `u * (b - a) + a` twice and calls the C library's log, sin and cos; this engine has the other arithmetic on
    /// every machine. The draws are the same, so the values are, but for their last bits (golden/README.md: at most 2e-6).
    /// </summary>
    [Fact]
    public void BaselineKernels_EveryRecord_DifferInTheLastBitsOnly()
    {
        var records = 0;
        foreach (var record in GoldenFile.Load("rng.json").GetProperty("baseline_kernels").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            manual_seed(record.GetProperty("seed").GetInt64());
            var result = record.GetProperty("result");
            var t = empty(GoldenFile.Longs(result.GetProperty("shape")), GoldenFile.Type(result.GetProperty("dtype").GetString()!));
            var (a, b) = (GoldenFile.Number(record.GetProperty("a")), GoldenFile.Number(record.GetProperty("b")));
            var got = record.GetProperty("fn").GetString() == "normal_" ? t.normal_(a, b) : t.uniform_(a, b);
            var (rtol, atol) = t.dtype == float64 ? (1e-15, 2e-16) : (3e-7, 2e-6);
            Assert.Null(GoldenFile.Difference(got, result, rtol, atol));
            records++;
        }
        Assert.Equal(55, records);
    }

    [Fact]
    public void Engine_EverySeed_StartsWithMt19937sWords()
    {
        foreach (var row in GoldenFile.Load("rng.json").GetProperty("mt19937_first_words").EnumerateArray())
        {
            var engine = new GymBridge.Torch.Managed.Mersenne(row.GetProperty("seed").GetInt64());
            foreach (var word in row.GetProperty("uint32").EnumerateArray())
            {
                Assert.Equal(word.GetUInt32(), engine.Next32());
            }
        }
    }

    [Fact]
    public void State_SavedAndRestored_ContinuesTheStream()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        _ = randn(3);
        var state = get_rng_state();
        var first = randn(20).data<float>().ToArray().Concat(randn(1).data<float>().ToArray()).ToArray();
        set_rng_state(state);
        var second = randn(20).data<float>().ToArray().Concat(randn(1).data<float>().ToArray()).ToArray();
        Assert.Equal(first, second);
        Assert.Equal(5056, state.numel());
    }

    private static Tensor[] Run(string name, JsonElement args)
    {
        long[] Shape() => GoldenFile.Longs(args.GetProperty("shape"));
        double D(string key) => GoldenFile.Number(args.GetProperty(key));
        var dtype = args.TryGetProperty("dtype", out var d) ? GoldenFile.Type(d.GetString()!) : float32;
        switch (name)
        {
            case "manual_seed":
                manual_seed(args.GetProperty("seed").GetInt64());
                return [];
            case "rand":
                return [rand(Shape(), dtype)];
            case "randn":
                return [randn(Shape(), dtype)];
            case "randint":
                return [randint(args.GetProperty("low").GetInt64(), args.GetProperty("high").GetInt64(), Shape())];
            case "randperm":
                return [randperm(args.GetProperty("n").GetInt64())];
            case "multinomial":
                return [multinomial(Table(args.GetProperty("probs"), dtype), args.GetProperty("n").GetInt64(), args.GetProperty("replacement").GetBoolean())];
            case "categorical_sample":
                return [distributions.Categorical(probs: Table(args.GetProperty("probs"), float32)).sample(args.GetProperty("n").GetInt64())];
            case "bernoulli":
                return [bernoulli(Table(args.GetProperty("p"), dtype))];
            case "bernoulli_":
                return [empty(Shape()).bernoulli_(D("p"))];
            case "dropout":
                return [F.dropout(ones(Shape()), D("p"))];
            case "exponential_":
                return [empty(Shape(), dtype).exponential_(D("rate"))];
            case "uniform_":
                return [empty(Shape(), dtype).uniform_(D("lo"), D("hi"))];
            case "normal_":
                return [empty(Shape(), dtype).normal_(D("mean"), D("std"))];
            case "linear_init":
                var linear = nn.Linear(args.GetProperty("fan_in").GetInt64(), args.GetProperty("fan_out").GetInt64());
                return [linear.weight.detach(), linear.bias!.detach()];
            case "orthogonal":
                return [nn.init.orthogonal_(empty(args.GetProperty("rows").GetInt64(), args.GetProperty("cols").GetInt64()), D("gain"))];
            default:
                throw new ArgumentException(name);
        }
    }

    private static Tensor Table(JsonElement rows, ScalarType dtype)
    {
        if (rows[0].ValueKind != JsonValueKind.Array)
        {
            return tensor(rows.EnumerateArray().Select(GoldenFile.Number).ToArray(), dtype);
        }

        return stack(rows.EnumerateArray().Select(r => Table(r, dtype)));
    }
}
