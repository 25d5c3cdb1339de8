using System.Text.Json;
using GymBridge.Agents.Buffers;
using GymBridge.Agents.Ppo;
using GymBridge.Environments;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Ppo;

/// <summary>Our update on the data that Stable-Baselines3's PPO saw gives its parameters.</summary>
public class PpoTraceTests
{
    // golden/README.md: errors accumulate over updates.
    private const double RelativeTolerance = 1e-4;
    private const double AbsoluteTolerance = 1e-6;

    private static readonly (string Theirs, string Ours)[] Actor =
    [
        ("mlp_extractor.policy_net.0", "0"), ("mlp_extractor.policy_net.2", "2"), ("action_net", "4"),
    ];

    private static readonly (string Theirs, string Ours)[] Critic =
    [
        ("mlp_extractor.value_net.0", "0"), ("mlp_extractor.value_net.2", "2"), ("value_net", "4"),
    ];

    [Theory]
    [InlineData("ppo_cartpole.json")]
    [InlineData("ppo_cartpole_vf_clip.json")]
    public void Learn_OnStableBaselines3Rollouts_GivesItsParameters(string file)
    {
        using var trace = new PpoTrace(file);
        using var agent = CreateAgent();
        Load(agent, trace.Parameters(0));
        var options = OptionsOf(trace);
        var learner = new PpoLearner(agent, options);
        var buffer = new RolloutBuffer(options.RolloutSteps, trace.NumEnvs, 4);
        for (var i = 0; i < trace.Iterations.Count; i++)
        {
            var iteration = trace.Iterations[i];
            Fill(buffer, iteration.GetProperty("rollout"));
            var epoch = 0;
            learner.Learn(
                buffer,
                iteration.GetProperty("learning_rate").GetDouble(),
                options.ClipRange,
                indices => Permute(indices, iteration.GetProperty("permutations")[epoch++], buffer));
            AssertParameters(agent, trace.Parameters(i + 1));
        }
    }

    private static PpoAgent CreateAgent()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
        return new PpoAgent(env.ObservationSpace, env.ActionSpace, [16, 16], 0);
    }

    private static PpoOptions OptionsOf(PpoTrace trace) => new()
    {
        NumEnvs = trace.NumEnvs,
        RolloutSteps = trace.Options.GetProperty("n_steps").GetInt32(),
        MinibatchSize = trace.Options.GetProperty("batch_size").GetInt32(),
        Epochs = trace.Options.GetProperty("n_epochs").GetInt32(),
        EntropyCoefficient = trace.Defaults.GetProperty("ent_coef").GetDouble(),
        ValueCoefficient = trace.Defaults.GetProperty("vf_coef").GetDouble(),
        MaxGradNorm = trace.Option("max_grad_norm", 0.5),
        ClipRange = trace.Option("clip_range", 0.2),
        ClipRangeValue = trace.Option("clip_range_vf", double.NaN) is var range && double.IsNaN(range) ? null : range,
        NormalizeAdvantage = !trace.Options.TryGetProperty("normalize_advantage", out var normalize) || normalize.GetBoolean(),
        HiddenSizes = [16, 16],
    };

    private static void Load(PpoAgent agent, JsonElement parameters)
    {
        using var noGrad = no_grad();
        foreach (var (network, names) in new[] { (agent.Policy.Network, Actor), (agent.Critic, Critic) })
        {
            foreach (var (theirs, ours) in names)
            {
                foreach (var kind in new[] { "weight", "bias" })
                {
                    var target = network.get_parameter($"{ours}.{kind}")!;
                    target.copy_(tensor(PpoTrace.Floats(parameters.GetProperty($"{theirs}.{kind}"))).view(target.shape));
                }
            }
        }
    }

    private static void Fill(RolloutBuffer buffer, JsonElement rollout)
    {
        PpoTrace.Floats(rollout.GetProperty("observations")).CopyTo(buffer.Observations, 0);
        PpoTrace.Longs(rollout.GetProperty("actions")).CopyTo(buffer.Actions, 0);
        PpoTrace.Floats(rollout.GetProperty("log_probs")).CopyTo(buffer.LogProbabilities, 0);
        PpoTrace.Floats(rollout.GetProperty("values")).CopyTo(buffer.Values, 0);
        PpoTrace.Floats(rollout.GetProperty("advantages")).CopyTo(buffer.Advantages, 0);
        PpoTrace.Floats(rollout.GetProperty("returns")).CopyTo(buffer.Returns, 0);
    }

    // Stable-Baselines3 flattens lane by lane, we step by step.
    private static void Permute(Span<long> indices, JsonElement permutation, RolloutBuffer buffer)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var theirs = permutation[i].GetInt32();
            indices[i] = (theirs % buffer.Steps * buffer.Lanes) + (theirs / buffer.Steps);
        }
    }

    private static void AssertParameters(PpoAgent agent, JsonElement expected)
    {
        foreach (var (network, names) in new[] { (agent.Policy.Network, Actor), (agent.Critic, Critic) })
        {
            foreach (var (theirs, ours) in names)
            {
                foreach (var kind in new[] { "weight", "bias" })
                {
                    var want = PpoTrace.Floats(expected.GetProperty($"{theirs}.{kind}"));
                    var got = network.get_parameter($"{ours}.{kind}")!.detach().flatten().data<float>().ToArray();
                    for (var i = 0; i < want.Length; i++)
                    {
                        Assert.InRange(Math.Abs(got[i] - want[i]), 0, AbsoluteTolerance + (RelativeTolerance * Math.Abs(want[i])));
                    }
                }
            }
        }
    }
}
