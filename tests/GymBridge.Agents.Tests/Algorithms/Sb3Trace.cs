using System.Text.Json;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Environments;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>A training run of Stable-Baselines3 2.9.2 (golden/): everything that its updates consumed, and its parameters after each.</summary>
internal sealed class Sb3Trace : IDisposable
{
    // Errors accumulate over updates.
    private const double RelativeTolerance = 1e-4;
    private const double AbsoluteTolerance = 1e-6;

    private static readonly (string Theirs, string Ours)[] Names =
    [
        ("mlp_extractor.policy_net.0.", "policy.0."),
        ("mlp_extractor.policy_net.2.", "policy.2."),
        ("action_net.", "policy.4."),
        ("mlp_extractor.value_net.0.", "value.0."),
        ("mlp_extractor.value_net.2.", "value.2."),
        ("value_net.", "value.4."),
    ];

    private readonly JsonDocument _document;

    public Sb3Trace(string file) => _document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", file)));

    public JsonElement Options => _document.RootElement.GetProperty("options");

    public JsonElement Defaults => _document.RootElement.GetProperty("defaults");

    public IReadOnlyList<JsonElement> Iterations => [.. _document.RootElement.GetProperty("iterations").EnumerateArray()];

    /// <summary>The environment that it trained on, in C#.</summary>
    public VectorEnv MakeEnv() => EnvironmentCatalog.CreateRegistry().MakeVec(
        _document.RootElement.GetProperty("env_id").GetString()!, _document.RootElement.GetProperty("num_envs").GetInt32(), TestEnvs.SameStep);

    /// <summary>An option that the run was given, or Stable-Baselines3's default.</summary>
    public double Option(string name, double defaultValue) => Options.TryGetProperty(name, out var value) ? value.GetDouble() : defaultValue;

    /// <summary>Puts its initial parameters into a network.</summary>
    public void Load(ActorCriticNetwork network)
    {
        using var noGrad = no_grad();
        foreach (var (name, tensor) in Parameters(0))
        {
            network.get_parameter(name)!.copy_(TorchGolden.Tensor(tensor));
        }
    }

    /// <summary>Fills a buffer with the rollout of an iteration.</summary>
    public void Fill(RolloutBuffer buffer, int iteration)
    {
        var rollout = Iterations[iteration].GetProperty("rollout");
        buffer.Assume(Options.GetProperty("n_steps").GetInt32());
        Floats(rollout.GetProperty("observations")).CopyTo(buffer.Observations, 0);
        if (rollout.GetProperty("actions").GetProperty("dtype").GetString() == "int64")
        {
            Longs(rollout.GetProperty("actions")).CopyTo(buffer.Indices, 0);
        }
        else
        {
            Floats(rollout.GetProperty("actions")).CopyTo(buffer.Values, 0);
        }

        Floats(rollout.GetProperty("log_probs")).CopyTo(buffer.LogProbabilities, 0);
        Floats(rollout.GetProperty("values")).CopyTo(buffer.StateValues, 0);
        Floats(rollout.GetProperty("advantages")).CopyTo(buffer.Advantages, 0);
        Floats(rollout.GetProperty("returns")).CopyTo(buffer.Returns, 0);
    }

    /// <summary>Brings indices into the order of one of its epochs. It flattens lane by lane, we step by step.</summary>
    public void Permute(Span<long> indices, int iteration, int epoch, RolloutBuffer buffer)
    {
        var permutation = Iterations[iteration].GetProperty("permutations")[epoch];
        for (var i = 0; i < indices.Length; i++)
        {
            var theirs = permutation[i].GetInt32();
            indices[i] = (theirs % buffer.Steps * buffer.Lanes) + (theirs / buffer.Steps);
        }
    }

    /// <summary>Compares a network with its parameters after a number of iterations.</summary>
    public void AssertParameters(ActorCriticNetwork network, int iterations)
    {
        foreach (var (name, tensor) in Parameters(iterations))
        {
            var want = Floats(tensor);
            var got = network.get_parameter(name)!.detach().flatten().data<float>().ToArray();
            Assert.Equal(want.Length, got.Length);
            for (var i = 0; i < want.Length; i++)
            {
                Assert.InRange(Math.Abs(got[i] - want[i]), 0, AbsoluteTolerance + (RelativeTolerance * Math.Abs(want[i])));
            }
        }
    }

    /// <summary>A value that it logged in an iteration.</summary>
    public double Log(int iteration, string name) => Iterations[iteration].GetProperty("log").GetProperty(name).GetDouble();

    public void Dispose() => _document.Dispose();

    private IEnumerable<(string Name, JsonElement Tensor)> Parameters(int iterations)
    {
        foreach (var item in _document.RootElement.GetProperty("parameters")[iterations].EnumerateObject())
        {
            var (theirs, ours) = Names.FirstOrDefault(pair => item.Name.StartsWith(pair.Theirs, StringComparison.Ordinal));
            yield return (theirs is null ? item.Name : ours + item.Name[theirs.Length..], item.Value);
        }
    }

    private static float[] Floats(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(item => (float)item.GetDouble())];

    private static long[] Longs(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(item => item.GetInt64())];
}
