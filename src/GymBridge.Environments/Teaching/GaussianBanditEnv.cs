namespace GymBridge.Environments.Teaching;

/// <summary>A bandit of several arms, each of which pays a normally distributed reward around a mean of its own.</summary>
/// <remarks>
/// <para>Actions, Discrete(k): the arm. Observation, Discrete(1): nothing to see.</para>
/// <para>Reward: normal with the arm's mean and the bandit's standard deviation. Never terminates.</para>
/// <para>Info: <c>regret</c>, the best arm's mean less the pulled one's.</para>
/// <para>Not part of Gymnasium. v0: the means 0.1, 0.3, 0.5, 0.7, 0.9, standard deviation 1 and 500 steps; <c>arms</c> and
/// <c>std</c> set others, and <c>max_episode_steps=1</c> makes every pull an episode.</para>
/// </remarks>
public sealed class GaussianBanditEnv : BanditEnv
{
    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="arms">The mean of each arm; null for 0.1, 0.3, 0.5, 0.7, 0.9.</param>
    /// <param name="standardDeviation">Of every arm's rewards; at least 0.</param>
    /// <exception cref="ArgumentException">There is no arm, or a number is not finite or negative where it must not be.</exception>
    public GaussianBanditEnv(IReadOnlyList<double>? arms = null, double standardDeviation = 1)
        : base(arms ?? DefaultArms, standardDeviation)
    {
    }
}
