namespace GymBridge.Agents.Prediction;

/// <summary>TD(lambda): the mean of all n-step returns, weighted by lambda^(n-1), looked at forward or backward.</summary>
/// <remarks>Source: Sutton and Barto 2018, chapter 12; Sutton 1988.</remarks>
public static class TdLambda
{
    /// <summary>Backward and online: every step moves all states by their accumulating trace, e = gamma lambda e + 1 in the present state.</summary>
    /// <param name="values">float64 [S]; moved.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="lambda">Decay of traces, in [0, 1].</param>
    /// <param name="alpha">Step size.</param>
    public static void Online(double[] values, PredictionEpisode episode, double gamma, double lambda, double alpha)
    {
        ArgumentNullException.ThrowIfNull(episode);
        episode.Check(values);
        Walk(values, episode, gamma, lambda, (state, amount) => values[state] += alpha * amount);
    }

    /// <summary>Backward and offline: as <see cref="Online"/>, but the values stand still until the episode is over.</summary>
    /// <inheritdoc cref="Online"/>
    public static void OfflineBackward(double[] values, PredictionEpisode episode, double gamma, double lambda, double alpha)
    {
        ArgumentNullException.ThrowIfNull(episode);
        episode.Check(values);
        var changes = new double[values.Length];
        Walk(values, episode, gamma, lambda, (state, amount) => changes[state] += alpha * amount);
        Add(values, changes);
    }

    /// <summary>Forward and offline: each state moves towards its lambda-return. Equal to <see cref="OfflineBackward"/> up to rounding.</summary>
    /// <inheritdoc cref="Online"/>
    public static void OfflineForward(double[] values, PredictionEpisode episode, double gamma, double lambda, double alpha)
    {
        ArgumentNullException.ThrowIfNull(episode);
        episode.Check(values);
        var changes = new double[values.Length];
        var next = episode.NextValue(values, episode.Steps - 1);
        var lambdaReturn = next;
        for (var t = episode.Steps - 1; t >= 0; t--)
        {
            // G = r + gamma ((1 - lambda) V(s') + lambda G').
            lambdaReturn = episode.Rewards[t] + (gamma * (((1 - lambda) * episode.NextValue(values, t)) + (lambda * lambdaReturn)));
            changes[episode.States[t]] += alpha * (lambdaReturn - values[episode.States[t]]);
        }

        Add(values, changes);
    }

    private static void Walk(double[] values, PredictionEpisode episode, double gamma, double lambda, Action<int, double> move)
    {
        var traces = new double[values.Length];
        for (var t = 0; t < episode.Steps; t++)
        {
            var state = episode.States[t];
            var delta = episode.Rewards[t] + (gamma * episode.NextValue(values, t)) - values[state];
            traces[state] += 1;
            for (var s = 0; s < traces.Length; s++)
            {
                if (traces[s] != 0)
                {
                    move(s, delta * traces[s]);
                    traces[s] *= gamma * lambda;
                }
            }
        }
    }

    private static void Add(double[] values, double[] changes)
    {
        for (var state = 0; state < values.Length; state++)
        {
            values[state] += changes[state];
        }
    }
}
