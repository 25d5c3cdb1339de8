namespace GymBridge.Agents.Prediction;

/// <summary>Values from whole returns: V(s) += alpha (G - V(s)).</summary>
/// <remarks>Source: Sutton and Barto 2018, section 5.1.</remarks>
public static class MonteCarloPrediction
{
    /// <summary>G_t = r_t+1 + gamma G_t+1, from the end back.</summary>
    /// <param name="rewards">T rewards.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="last">What comes after the last one: 0 after an end, a value where the episode was cut.</param>
    /// <returns>T returns.</returns>
    public static double[] Returns(IReadOnlyList<double> rewards, double gamma, double last = 0)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var returns = new double[rewards.Count];
        for (var t = rewards.Count - 1; t >= 0; t--)
        {
            returns[t] = last = rewards[t] + (gamma * last);
        }

        return returns;
    }

    /// <summary>Moves the values of the visited states towards the returns of an episode.</summary>
    /// <param name="values">float64 [S]; moved.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="stepSize">alpha of a state that is visited; called once for each visit that counts. 1 / n gives the mean.</param>
    /// <param name="firstVisit">Whether a state counts at its first visit alone; if not, at every one.</param>
    public static void Update(double[] values, PredictionEpisode episode, double gamma, Func<int, double> stepSize, bool firstVisit = true)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(stepSize);
        episode.Check(values);
        var returns = Returns(episode.Rewards, gamma, episode.Terminated ? 0 : values[episode.States[^1]]);
        var seen = new HashSet<int>();
        for (var t = 0; t < episode.Steps; t++)
        {
            var state = episode.States[t];
            if (seen.Add(state) || !firstVisit)
            {
                values[state] += stepSize(state) * (returns[t] - values[state]);
            }
        }
    }
}
