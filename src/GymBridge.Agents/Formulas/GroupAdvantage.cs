namespace GymBridge.Agents.Formulas;

/// <summary>Advantages of completions by comparison with others of the same prompt, without a value function.</summary>
/// <remarks>A group whose rewards are all equal has advantages of exactly 0.</remarks>
public static class GroupAdvantage
{
    /// <summary>What TRL adds to the standard deviation.</summary>
    public const double DefaultEpsilon = 1e-4;

    /// <summary>A_i = r_i - mean r.</summary>
    /// <param name="rewards">[P G]; group after group.</param>
    /// <param name="groupSize">G, at least 1.</param>
    /// <remarks>Source: Liu et al. 2025, arXiv:2503.20783 (Dr. GRPO).</remarks>
    /// <exception cref="ArgumentException">The rewards are no whole number of groups.</exception>
    public static double[] Centred(ReadOnlySpan<double> rewards, int groupSize) => Compute(rewards, groupSize, (reward, mean, _) => reward - mean);

    /// <summary>A_i = (r_i - mean r) / (std r + epsilon).</summary>
    /// <param name="rewards">[P G]; group after group.</param>
    /// <param name="groupSize">G, at least 1.</param>
    /// <param name="epsilon">Added to the standard deviation.</param>
    /// <param name="correction">Taken off G in the variance: 1 for the unbiased one.</param>
    /// <remarks>Source: Shao et al. 2024, arXiv:2402.03300, section 4.1; unbiased with 1e-4 as in TRL, grpo_trainer.py.</remarks>
    /// <exception cref="ArgumentException">The rewards are no whole number of groups.</exception>
    public static double[] Scaled(ReadOnlySpan<double> rewards, int groupSize, double epsilon = DefaultEpsilon, int correction = 1) =>
        Compute(rewards, groupSize, (reward, mean, squares) => (reward - mean) / (Math.Sqrt(squares / (groupSize - correction)) + epsilon));

    /// <summary>A_i = r_i - mean of the others' = (r_i - mean r) G / (G - 1), which is without bias.</summary>
    /// <param name="rewards">[P G]; group after group.</param>
    /// <param name="groupSize">G, at least 2.</param>
    /// <remarks>Source: Ahmadian et al. 2024, arXiv:2402.14740, section 3.</remarks>
    /// <exception cref="ArgumentException">The rewards are no whole number of groups, or a group has no others.</exception>
    public static double[] LeaveOneOut(ReadOnlySpan<double> rewards, int groupSize) => groupSize < 2
        ? throw new ArgumentException($"A baseline of the others needs groups of at least 2, got {groupSize}.", nameof(groupSize))
        : Compute(rewards, groupSize, (reward, mean, _) => (reward - mean) * (groupSize / (groupSize - 1.0)));

    /// <summary>Share of the groups whose rewards are all equal, which teach nothing.</summary>
    public static double EqualShare(ReadOnlySpan<double> rewards, int groupSize)
    {
        Check(rewards, groupSize);
        var equal = 0;
        for (var start = 0; start < rewards.Length; start += groupSize)
        {
            equal += AreEqual(rewards.Slice(start, groupSize)) ? 1 : 0;
        }

        return rewards.Length == 0 ? 0 : equal / (double)(rewards.Length / groupSize);
    }

    private static double[] Compute(ReadOnlySpan<double> rewards, int groupSize, Func<double, double, double, double> advantage)
    {
        Check(rewards, groupSize);
        var advantages = new double[rewards.Length];
        for (var start = 0; start < rewards.Length; start += groupSize)
        {
            var group = rewards.Slice(start, groupSize);
            if (AreEqual(group))
            {
                continue;
            }

            var mean = 0.0;
            foreach (var reward in group)
            {
                mean += reward / groupSize;
            }

            var squares = 0.0;
            foreach (var reward in group)
            {
                squares += (reward - mean) * (reward - mean);
            }

            for (var i = 0; i < groupSize; i++)
            {
                advantages[start + i] = advantage(group[i], mean, squares);
            }
        }

        return advantages;
    }

    private static bool AreEqual(ReadOnlySpan<double> group) => !group.ContainsAnyExcept(group[0]);

    private static void Check(ReadOnlySpan<double> rewards, int groupSize)
    {
        if (groupSize < 1 || rewards.Length % groupSize != 0)
        {
            throw new ArgumentException($"{rewards.Length} rewards are no whole number of groups of {groupSize}.");
        }
    }
}
