namespace GymBridge.Environments.Teaching;

/// <summary>A bandit of several arms, each of which pays 1 with a probability of its own.</summary>
/// <remarks>
/// <para>Actions, Discrete(k): the arm. Observation, Discrete(1): nothing to see.</para>
/// <para>Reward: 1 with the arm's probability, else 0; one random number a pull. Never terminates.</para>
/// <para>Info: <c>regret</c>, the best arm's probability less the pulled one's.</para>
/// <para>Not part of Gymnasium. v0: the arms 0.1, 0.3, 0.5, 0.7, 0.9 and 500 steps; <c>arms</c> sets others, and
/// <c>max_episode_steps=1</c> makes every pull an episode.</para>
/// </remarks>
public sealed class BernoulliBanditEnv : BanditEnv
{
    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="arms">The probability of each arm, in [0, 1]; null for 0.1, 0.3, 0.5, 0.7, 0.9.</param>
    /// <exception cref="ArgumentException">There is no arm, or a probability is outside [0, 1].</exception>
    public BernoulliBanditEnv(IReadOnlyList<double>? arms = null)
        : base(arms ?? DefaultArms, deviation: null)
    {
    }
}
