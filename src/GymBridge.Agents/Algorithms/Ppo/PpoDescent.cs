using GymBridge.Agents.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The gradient steps of one update, and the means of what they were made of.</summary>
internal sealed class PpoDescent(ProximalPolicyOptions options, Adam optimizer, IReadOnlyList<Parameter> parameters, string title, long timesteps)
{
    private PpoLosses _sum;
    private int _count;

    /// <summary>Means over the minibatches that were learned from.</summary>
    public PpoLosses Losses => _sum.Mean(_count);

    /// <summary>One step down the gradient of a loss.</summary>
    /// <returns>False where the policy has gone as far as it may: nothing was done, and the update ends.</returns>
    /// <exception cref="NonFiniteException">The loss or its gradient is not finite.</exception>
    public bool TryStep(Tensor loss, PpoLosses parts)
    {
        NonFiniteException.ThrowIfNotFinite(parts.Loss, title, timesteps);

        // As Stable-Baselines3: before the step that would go too far.
        if (options.TargetKl is { } target && parts.ApproximateKl > 1.5 * target)
        {
            return false;
        }

        var norm = optimizer.Descend(loss, parameters, options.MaxGradNorm, title, timesteps);
        _sum = _sum.Plus(parts with { GradNorm = norm });
        _count++;
        return true;
    }
}
