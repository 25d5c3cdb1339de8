using System.Runtime.InteropServices;
using System.Text.Json;
using GymBridge.Agents.Collecting.Replay;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Batches and parameters that Stable-Baselines3 and PyTorch recorded (golden/), for methods that learn from a replay buffer.</summary>
internal static class ReplayGolden
{
    // golden/README.md: errors accumulate over updates.
    private const double Relative = 1e-4;
    private const double Absolute = 1e-6;

    public static JsonDocument Load(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", file)));

    public static ReplayBatch Batch(Algorithm algorithm, int size) =>
        new(algorithm.Env.SingleObservationSpace, algorithm.Policy.Module.Head, algorithm.Policy.Encoder.Features, size);

    /// <summary>Fills a batch as Stable-Baselines3's replay buffer gave it.</summary>
    public static void Fill(ReplayBatch batch, JsonElement recorded, double gamma)
    {
        Set(batch.Observations, recorded.GetProperty("observations"));
        Set(batch.NextObservations, recorded.GetProperty("next_observations"));
        Set(batch.Rewards, recorded.GetProperty("rewards"));
        SetDiscounts(batch, recorded, gamma);
        if (batch.Actions.dtype == ScalarType.Int64)
        {
            SetLongs(batch.Actions, recorded.GetProperty("actions"));
        }
        else
        {
            Set(batch.Actions, recorded.GetProperty("actions"));
        }
    }

    public static void SetDiscounts(ReplayBatch batch, JsonElement recorded, double gamma) =>
        Floats(recorded.GetProperty("dones")).Select(done => (float)gamma * (1 - done)).ToArray().CopyTo(ReplayBatch.Floats(batch.Discounts));

    public static void Set(Tensor tensor, JsonElement values) => Floats(values).CopyTo(ReplayBatch.Floats(tensor));

    public static void SetLongs(Tensor tensor, JsonElement values) =>
        values.GetProperty("data").EnumerateArray().Select(item => item.GetInt64()).ToArray().CopyTo(MemoryMarshal.Cast<byte, long>(tensor.bytes));

    public static float[] Floats(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(item => (float)item.GetDouble())];

    public static void SetParameter(Algorithm algorithm, string name, JsonElement value)
    {
        using var noGrad = no_grad();
        algorithm.Policy.Module.get_parameter(name)!.copy_(TorchGolden.Tensor(value));
    }

    public static void AssertParameter(Algorithm algorithm, string name, JsonElement expected)
    {
        var want = Floats(expected);
        var got = algorithm.Policy.Module.get_parameter(name)!.detach().flatten().data<float>().ToArray();
        Assert.Equal(want.Length, got.Length);
        for (var i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs(got[i] - want[i]) <= Absolute + (Relative * Math.Abs(want[i])), $"{name}[{i}]: {got[i]}, expected {want[i]}");
        }
    }
}
