using static TorchSharp.torch;

namespace GymBridge.Agents.Formulas;

/// <summary>Losses that learn a policy from preferences without a reward model.</summary>
public static class DirectPreference
{
    /// <summary>h = beta [(log pi(w) - log ref(w)) - (log pi(l) - log ref(l))]: the difference of the implicit rewards.</summary>
    /// <param name="preferred">[B]; sum of the log-probabilities of the tokens of the preferred completion; the prompt's and padding left out.</param>
    /// <param name="rejected">[B]; the same of the rejected one.</param>
    /// <param name="referencePreferred">[B]; the preferred one's under the reference policy.</param>
    /// <param name="referenceRejected">[B]; the rejected one's under the reference policy.</param>
    /// <param name="beta">Weight of the KL divergence that the policy is optimal for.</param>
    /// <remarks>Source: Rafailov et al. 2023, arXiv:2305.18290, equation 7.</remarks>
    public static Tensor Margin(Tensor preferred, Tensor rejected, Tensor referencePreferred, Tensor referenceRejected, double beta)
    {
        ArgumentNullException.ThrowIfNull(preferred);
        ArgumentNullException.ThrowIfNull(rejected);
        return ImplicitReward(preferred, referencePreferred, beta) - ImplicitReward(rejected, referenceRejected, beta);
    }

    /// <summary>beta (log pi(y) - log ref(y)): the reward, up to a constant of the prompt, for which the policy is optimal.</summary>
    public static Tensor ImplicitReward(Tensor logProbabilities, Tensor reference, double beta)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        ArgumentNullException.ThrowIfNull(reference);
        return (logProbabilities - reference) * beta;
    }

    /// <summary>DPO's loss of each pair, (1 - e) softplus(-h) + e softplus(h).</summary>
    /// <param name="margin">[B]; h.</param>
    /// <param name="labelSmoothing">e: the chance that a label is wrong, in [0, 0.5); 0 is DPO, more is conservative DPO.</param>
    /// <returns>[B].</returns>
    /// <remarks>Source: TRL, dpo_trainer.py (sigmoid); Mitchell 2023, "A note on DPO with noisy preferences".</remarks>
    public static Tensor SigmoidLoss(Tensor margin, double labelSmoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(margin);
        var loss = -nn.functional.logsigmoid(margin);
        return labelSmoothing == 0 ? loss : (loss * (1 - labelSmoothing)) - (nn.functional.logsigmoid(-margin) * labelSmoothing);
    }

    /// <summary>IPO's loss of each pair, (h / beta - 1 / (2 beta))^2, whose optimum is finite for preferences without doubt, too.</summary>
    /// <param name="margin">[B]; h.</param>
    /// <param name="beta">As in <see cref="Margin"/>.</param>
    /// <returns>[B].</returns>
    /// <remarks>Source: Azar et al. 2023, arXiv:2310.12036, equation 17, with their tau for beta; sums of log-probabilities, not means.</remarks>
    public static Tensor IdentityLoss(Tensor margin, double beta)
    {
        ArgumentNullException.ThrowIfNull(margin);
        return ((margin / beta) - (1 / (2 * beta))).square();
    }

    /// <summary>DPO's loss of margins, in numbers.</summary>
    /// <param name="margins">h of each pair.</param>
    public static double[] SigmoidLoss(double[] margins)
    {
        using var scope = NewDisposeScope();
        return SigmoidLoss(tensor(margins)).data<double>().ToArray();
    }

    /// <summary>DPO on one pair, in numbers.</summary>
    /// <param name="preferred">log pi(w).</param>
    /// <param name="rejected">log pi(l).</param>
    /// <param name="referencePreferred">log ref(w).</param>
    /// <param name="referenceRejected">log ref(l).</param>
    /// <param name="beta">As in <see cref="Margin"/>.</param>
    /// <returns>h, the loss, its derivative by log pi(w), and the implicit rewards of both.</returns>
    public static (double Margin, double Loss, double Gradient, double PreferredReward, double RejectedReward) OfPair(
        double preferred, double rejected, double referencePreferred, double referenceRejected, double beta)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (tensor([preferred]).requires_grad_(), tensor([rejected]));
        var (reference, other) = (tensor([referencePreferred]), tensor([referenceRejected]));
        var margin = Margin(first, second, reference, other, beta);
        var loss = SigmoidLoss(margin).sum();
        loss.backward();
        return (
            margin.item<double>(),
            loss.item<double>(),
            first.grad!.item<double>(),
            ImplicitReward(first, reference, beta).item<double>(),
            ImplicitReward(second, other, beta).item<double>());
    }
}
