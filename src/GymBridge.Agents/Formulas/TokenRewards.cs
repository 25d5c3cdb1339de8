namespace GymBridge.Agents.Formulas;

/// <summary>Rewards and masks of completions.</summary>
public static class TokenRewards
{
    /// <summary>-beta (log pi - log ref) of each token, and the score of the whole at the last one.</summary>
    /// <param name="logProbabilities">[L]; log pi of the tokens under the policy that wrote them; the end included, padding left out.</param>
    /// <param name="reference">[L]; under the reference policy.</param>
    /// <param name="score">What the completion earns.</param>
    /// <param name="klCoefficient">beta.</param>
    /// <returns>[L].</returns>
    /// <exception cref="ArgumentException">The lengths differ, or there is no token.</exception>
    /// <remarks>Source: TRL, experimental/ppo, ppo_trainer.py (kl_estimator k1): the score stands at the end of the completion, not at that
    /// of the padding.</remarks>
    public static double[] Shape(ReadOnlySpan<double> logProbabilities, ReadOnlySpan<double> reference, double score, double klCoefficient)
    {
        if (logProbabilities.IsEmpty || logProbabilities.Length != reference.Length)
        {
            throw new ArgumentException($"A completion needs at least one token and a reference for each; got {logProbabilities.Length} and {reference.Length}.");
        }

        var rewards = new double[logProbabilities.Length];
        for (var i = 0; i < rewards.Length; i++)
        {
            rewards[i] = -klCoefficient * (logProbabilities[i] - reference[i]);
        }

        rewards[^1] += score;
        return rewards;
    }

    /// <summary>Which tokens of a completion count: all up to the first end, that one included.</summary>
    /// <param name="tokens">[L]; what stands after the first end is of no matter.</param>
    /// <param name="end">The token that ends a completion.</param>
    public static bool[] Mask(ReadOnlySpan<int> tokens, int end)
    {
        var length = tokens.IndexOf(end) + 1;
        var mask = new bool[tokens.Length];
        mask.AsSpan(0, length == 0 ? mask.Length : length).Fill(true);
        return mask;
    }
}
