namespace GymBridge.Agents.Prediction;

/// <summary>Values from values: V(s) += alpha (r + gamma V(s') - V(s)), over one step or n.</summary>
/// <remarks>What follows an end is worth 0; what follows a cut is worth what its last state is. Source: Sutton and Barto 2018, sections
/// 6.1 and 7.1.</remarks>
public static class TemporalDifference
{
    /// <summary>r + gamma V(s'), r alone after an end.</summary>
    public static double Target(double reward, double gamma, double nextValue, bool terminated) => reward + (terminated ? 0 : gamma * nextValue);

    /// <summary>Learns from each step of an episode in turn.</summary>
    /// <param name="values">float64 [S]; moved.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="alpha">Step size.</param>
    /// <param name="steps">n: rewards before a target takes a value; 1 is TD(0), as many as the episode has is Monte Carlo.</param>
    public static void Update(double[] values, PredictionEpisode episode, double gamma, double alpha, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        episode.Check(values);

        // State t can be moved when its n rewards are in; those before the end when the episode is over.
        for (var t = 0; t < episode.Steps; t++)
        {
            var last = Math.Min(t + steps, episode.Steps) - 1;
            var target = episode.NextValue(values, last);
            for (var k = last; k >= t; k--)
            {
                target = episode.Rewards[k] + (gamma * target);
            }

            values[episode.States[t]] += alpha * (target - values[episode.States[t]]);
        }
    }
}
