using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>PPO's loss on one minibatch.</summary>
internal static class PpoLoss
{
    /// <summary>L = surrogate + c_v L_v - c_H H, where the surrogate is -mean(min(ratio A, clip(ratio, 1 - e, 1 + e) A)), or
    /// -mean(ratio A) + beta KL(old || new), or -mean(ratio A) alone.</summary>
    /// <returns>The loss, whose graph is alive, and its parts as numbers; the gradient norm is left 0.</returns>
    /// <remarks>Source: Schulman et al. 2017, arXiv:1707.06347, equations 6 to 9. Advantages are normalised with the unbiased standard
    /// deviation plus 1e-8, unless there is only one.</remarks>
    public static (Tensor Loss, PpoLosses Parts) Compute(
        ActorCriticNetwork network, PpoMinibatch minibatch, PpoOptions options, double clipRange, double klCoefficient)
    {
        var extracted = network.Extract(minibatch.Observations);
        var distribution = network.Distribution(extracted, minibatch.Masks);
        var old = options.Surrogate == PpoSurrogate.KlPenalty
            ? network.Head.Distribution(minibatch.OldOutputs!, minibatch.OldLogDeviation, minibatch.Masks)
            : null;
        return Compute(distribution, network.Values(extracted), minibatch, options, clipRange, old, klCoefficient);
    }

    /// <summary>As the other one, of what the networks gave.</summary>
    /// <param name="distribution">Over the actions of the minibatch.</param>
    /// <param name="values">float32 [B].</param>
    /// <param name="minibatch">The transitions; their observations are not read.</param>
    /// <param name="options">Weights and forms.</param>
    /// <param name="clipRange">Bound on the probability ratio.</param>
    /// <param name="old">The distribution that acted; for the KL penalty, else null.</param>
    /// <param name="klCoefficient">Weight of the KL penalty.</param>
    public static (Tensor Loss, PpoLosses Parts) Compute(
        ActionDistribution distribution,
        Tensor values,
        PpoMinibatch minibatch,
        PpoOptions options,
        double clipRange,
        ActionDistribution? old = null,
        double klCoefficient = 0)
    {
        var logProbabilities = distribution.LogProbability(minibatch.Actions);
        var (policyLoss, ratio, logRatio) = PolicyLoss(logProbabilities, minibatch, options, clipRange);
        var valueLoss = ValueLoss(values, minibatch, options);
        var entropy = distribution.Entropy().mean();
        var loss = policyLoss + (valueLoss * options.ValueCoefficient);
        if (options.EntropyCoefficient != 0)
        {
            loss -= entropy * options.EntropyCoefficient;
        }

        if (old is not null)
        {
            loss += old.KlDivergenceTo(distribution).mean() * klCoefficient;
        }

        using var noGrad = no_grad();
        var change = ratio - 1;
        var kl = (change - logRatio).mean();
        var fraction = change.abs().gt(clipRange).to_type(ScalarType.Float32).mean();
        return (loss, Read(loss, policyLoss, valueLoss, entropy, kl, fraction));
    }

    // All in one: a value read alone waits for the device alone.
    private static PpoLosses Read(Tensor loss, Tensor policyLoss, Tensor valueLoss, Tensor entropy, Tensor kl, Tensor fraction)
    {
        using var noGrad = no_grad();
        Span<float> values = stackalloc float[6];
        stack([loss, policyLoss, valueLoss, entropy, kl, fraction]).cpu().data<float>().CopyTo(values);
        return new PpoLosses(values[0], values[1], values[2], -values[3], values[4], values[5], 0);
    }

    /// <summary>The surrogate without penalty, and the probability ratios that it is made of.</summary>
    internal static (Tensor Loss, Tensor Ratio, Tensor LogRatio) PolicyLoss(
        Tensor logProbabilities, PpoMinibatch minibatch, PpoOptions options, double clipRange)
    {
        var advantages = minibatch.Advantages;
        if (options.NormalizeAdvantage && advantages.shape[0] > 1)
        {
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        }

        var logRatio = logProbabilities - minibatch.OldLogProbabilities;
        var ratio = logRatio.exp();
        var unclipped = ratio * advantages;
        var surrogate = options.Surrogate == PpoSurrogate.Clip
            ? unclipped.minimum(ratio.clamp(1 - clipRange, 1 + clipRange) * advantages)
            : unclipped;
        return (-surrogate.mean(), ratio, logRatio);
    }

    /// <summary>mean((V - R)^2), with V clipped around the old value where the options say so.</summary>
    internal static Tensor ValueLoss(Tensor values, PpoMinibatch minibatch, PpoOptions options)
    {
        if (options.ClipRangeValue is not { } range)
        {
            return nn.functional.mse_loss(values, minibatch.Returns);
        }

        var clipped = minibatch.OldValues + (values - minibatch.OldValues).clamp(-range, range);
        return options.ClipValueAsMaximum
            ? (values - minibatch.Returns).square().maximum((clipped - minibatch.Returns).square()).mean()
            : nn.functional.mse_loss(clipped, minibatch.Returns);
    }
}
