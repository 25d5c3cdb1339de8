using GymBridge.Agents.Networks;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>PPO's loss on one minibatch.</summary>
internal static class PpoLoss
{
    /// <summary>L = -mean(min(ratio A, clip(ratio, 1 - e, 1 + e) A)) + c_v L_v - c_H H.</summary>
    /// <returns>The loss, whose graph is alive, and its parts as numbers; the gradient norm is left 0.</returns>
    /// <remarks>Source: Schulman et al. 2017, arXiv:1707.06347, equations 7 and 9. Advantages are normalised with the unbiased
    /// standard deviation plus 1e-8, unless there is only one.</remarks>
    public static (Tensor Loss, PpoLosses Parts) Compute(ActorCriticNetwork network, PpoMinibatch minibatch, PpoOptions options, double clipRange)
    {
        var advantages = minibatch.Advantages;
        if (options.NormalizeAdvantage && advantages.shape[0] > 1)
        {
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        }

        var extracted = network.Extract(minibatch.Observations);
        var distribution = network.Distribution(extracted);
        var logProbabilities = distribution.LogProbability(minibatch.Actions);
        var logRatio = logProbabilities - minibatch.OldLogProbabilities;
        var ratio = logRatio.exp();
        var unclipped = ratio * advantages;
        var clipped = ratio.clamp(1 - clipRange, 1 + clipRange) * advantages;
        var policyLoss = -unclipped.minimum(clipped).mean();
        var values = network.Values(extracted);
        var valueLoss = ValueLoss(values, minibatch, options.ClipRangeValue);
        var entropy = distribution.Entropy().mean();
        var loss = policyLoss + (valueLoss * options.ValueCoefficient);
        if (options.EntropyCoefficient != 0)
        {
            loss -= entropy * options.EntropyCoefficient;
        }

        using var noGrad = no_grad();
        var kl = (ratio - 1 - logRatio).mean();
        var fraction = (ratio - 1).abs().gt(clipRange).to_type(ScalarType.Float32).mean();
        return (loss, new PpoLosses(
            loss.item<float>(), policyLoss.item<float>(), valueLoss.item<float>(), -entropy.item<float>(), kl.item<float>(), fraction.item<float>(), 0));
    }

    private static Tensor ValueLoss(Tensor values, PpoMinibatch minibatch, double? clipRange)
    {
        if (clipRange is { } range)
        {
            values = minibatch.OldValues + (values - minibatch.OldValues).clamp(-range, range);
        }

        return nn.functional.mse_loss(values, minibatch.Returns);
    }
}
