using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>What A2C and A3C do alike: the gradient of a rollout, and the optimizer.</summary>
internal static class A2cLearning
{
    public static optim.Optimizer CreateOptimizer(IEnumerable<Parameter> parameters, A2cOptions options)
    {
        var rate = options.LearningRate.Start;
        return options.Optimizer switch
        {
            A2cOptimizer.Adam => optim.Adam(parameters, rate, eps: options.Epsilon),
            A2cOptimizer.RmsProp => optim.RMSProp(parameters, rate, options.RmsPropAlpha, options.Epsilon),
            _ => new RmsPropTfLike(parameters, rate, options.RmsPropAlpha, options.Epsilon),
        };
    }

    /// <summary>Leaves the clipped gradient of -mean(log pi(a|s) A) + c_v mean((V - R)^2) - c_H H over a rollout in the network's parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rollout">The rollout, whose advantages are computed.</param>
    /// <param name="options">Weights.</param>
    /// <param name="zeroGrad">Clears the gradients.</param>
    /// <param name="title">The algorithm's name in messages.</param>
    /// <param name="timesteps">Environment steps so far, for messages.</param>
    /// <returns>Null where the rollout has no transitions: with NextStep every lane may only have reset.</returns>
    public static A2cLosses? Backward(
        ActorCriticNetwork network, RolloutBuffer rollout, A2cOptions options, Action zeroGrad, string title, long timesteps)
    {
        var transitions = rollout.TransitionIndices();
        if (transitions.Length == 0)
        {
            return null;
        }

        var device = network.Device;
        var indices = tensor(transitions, device: device);
        var actions = rollout.ActionTensor().to(device).index_select(0, indices);
        var advantages = rollout.TensorOf(rollout.Advantages).to(device).index_select(0, indices);
        var returns = rollout.TensorOf(rollout.Returns).to(device).index_select(0, indices);
        if (options.NormalizeAdvantage && transitions.Length > 1)
        {
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        }

        var extracted = network.Extract(rollout.ObservationTensor().to(device).index_select(0, indices));
        var distribution = network.Distribution(extracted);
        var policyLoss = -(distribution.LogProbability(actions) * advantages).mean();
        var valueLoss = nn.functional.mse_loss(network.Values(extracted), returns);
        var entropy = distribution.Entropy().mean();
        var loss = policyLoss + (valueLoss * options.ValueCoefficient);
        if (options.EntropyCoefficient != 0)
        {
            loss -= entropy * options.EntropyCoefficient;
        }

        NonFiniteException.ThrowIfNotFinite(loss.item<float>(), title, timesteps);
        zeroGrad();
        UpdateClock.Backward(loss);
        var norm = nn.utils.clip_grad_norm_(network.parameters(), options.MaxGradNorm);
        NonFiniteException.ThrowIfNotFinite(norm, title, timesteps);
        return new A2cLosses(policyLoss.item<float>(), valueLoss.item<float>(), -entropy.item<float>(), norm);
    }

    /// <summary>Moves the weights along the gradients.</summary>
    public static void Step(optim.Optimizer optimizer, double learningRate)
    {
        optimizer.SetLearningRate(learningRate);

        UpdateClock.Step(optimizer);
    }

    /// <summary>What is logged, under Stable-Baselines3's names.</summary>
    public static IReadOnlyList<KeyValuePair<string, double>> Metrics(RolloutBuffer rollout, double learningRate, A2cLosses losses) =>
    [
        new("train/learning_rate", learningRate),
        new("train/policy_loss", losses.Policy),
        new("train/value_loss", losses.Value),
        new("train/entropy_loss", losses.Entropy),
        new("train/grad_norm", losses.GradNorm),
        new("train/explained_variance", rollout.ExplainedVariance()),
    ];
}
