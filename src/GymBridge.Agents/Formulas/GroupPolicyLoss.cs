using static TorchSharp.torch;

namespace GymBridge.Agents.Formulas;

/// <summary>The loss of group-relative policy optimization.</summary>
/// <remarks>Source: Shao et al. 2024, arXiv:2402.03300, equation 3; aggregations as in TRL, grpo_trainer.py.</remarks>
public static class GroupPolicyLoss
{
    /// <summary>-min(ratio A, clip(ratio, 1 - e, 1 + e) A) of each token.</summary>
    /// <param name="logProbabilities">[B, L] or [K]; log pi of the tokens.</param>
    /// <param name="old">As shaped; under the policy that wrote them.</param>
    /// <param name="advantages">As shaped, or [B, 1].</param>
    /// <param name="clipRange">e.</param>
    public static Tensor PerToken(Tensor logProbabilities, Tensor old, Tensor advantages, double clipRange)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        ArgumentNullException.ThrowIfNull(old);
        var ratio = (logProbabilities - old).exp();
        return -(ratio * advantages).minimum(ratio.clamp(1 - clipRange, 1 + clipRange) * advantages);
    }

    /// <summary>One number of the losses of the tokens of a batch.</summary>
    /// <param name="perToken">[K]; tokens of all completions, those of padding left out.</param>
    /// <param name="lengths">[K]; of each token the length of its completion.</param>
    /// <param name="completions">B.</param>
    /// <param name="aggregation">How.</param>
    /// <param name="mostTokens">L; used by <see cref="TokenAggregation.FixedLength"/>.</param>
    public static Tensor Aggregate(Tensor perToken, Tensor lengths, int completions, TokenAggregation aggregation, int mostTokens)
    {
        ArgumentNullException.ThrowIfNull(perToken);
        return aggregation switch
        {
            TokenAggregation.TokenMean => perToken.mean(),
            TokenAggregation.SequenceMean => (perToken / lengths).sum() / completions,
            TokenAggregation.FixedLength => perToken.sum() / ((double)completions * mostTokens),
            _ => perToken.sum() / completions,
        };
    }

    /// <summary>The clipped loss of one token, in numbers.</summary>
    /// <param name="ratio">pi / pi_old of the token; positive.</param>
    /// <param name="advantage">Its advantage.</param>
    /// <param name="clipRange">As in <see cref="PerToken"/>.</param>
    /// <returns>The loss, and its derivative by the ratio.</returns>
    public static (double Loss, double Gradient) OfToken(double ratio, double advantage, double clipRange)
    {
        using var scope = NewDisposeScope();
        var rho = tensor(ratio, ScalarType.Float64).requires_grad_();
        var loss = PerToken(rho.log(), zeros_like(rho), full_like(rho, advantage), clipRange);
        loss.backward();
        return (loss.item<double>(), rho.grad!.item<double>());
    }
}
