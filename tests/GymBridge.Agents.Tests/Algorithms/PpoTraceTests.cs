using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Our update on the data that Stable-Baselines3's PPO saw gives its parameters and its losses.</summary>
public class PpoTraceTests
{
    [Theory]
    [InlineData("ppo_cartpole.json")]
    [InlineData("ppo_cartpole_vf_clip.json")]
    [InlineData("ppo_pendulum.json")]
    public void Learn_OnStableBaselines3Rollouts_GivesItsParametersAndLosses(string file)
    {
        using var trace = new Sb3Trace(file);
        using var env = trace.MakeEnv();
        var options = OptionsOf(trace);
        using var ppo = new Ppo(env, options, 0);
        var network = (ActorCriticNetwork)ppo.Policy.Module;
        trace.Load(network);
        using var buffer = new RolloutBuffer(env.NumEnvs, ppo.Policy.Encoder.Features, network.Head);
        buffer.Assume(options.RolloutSteps);
        for (var i = 0; i < trace.Iterations.Count; i++)
        {
            trace.Fill(buffer, i);
            var epoch = 0;
            var losses = ppo.Learn(
                buffer,
                trace.Iterations[i].GetProperty("learning_rate").GetDouble(),
                options.ClipRange.Start,
                indices => trace.Permute(indices, i, epoch++, buffer));
            trace.AssertParameters(network, i + 1);
            AssertClose(trace.Log(i, "train/policy_gradient_loss"), losses.PolicyLoss);
            AssertClose(trace.Log(i, "train/value_loss"), losses.ValueLoss);
            AssertClose(trace.Log(i, "train/entropy_loss"), losses.EntropyLoss);
        }
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(Math.Abs(actual - expected), 0, 1e-5 + (1e-3 * Math.Abs(expected)));

    private static PpoOptions OptionsOf(Sb3Trace trace) => new()
    {
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
}
