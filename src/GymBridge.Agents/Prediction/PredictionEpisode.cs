using GymBridge.Shared;

namespace GymBridge.Agents.Prediction;

/// <summary>An episode as prediction of values reads it.</summary>
/// <param name="States">T + 1 states, the last one where the episode ended or was cut.</param>
/// <param name="Rewards">T rewards; reward t was given for leaving state t.</param>
/// <param name="Terminated">Whether it ended; if not it was cut, and the value of the last state stands for what would have come.</param>
public sealed record PredictionEpisode(IReadOnlyList<int> States, IReadOnlyList<double> Rewards, bool Terminated)
{
    /// <summary>T: number of steps, one less than the states.</summary>
    public int Steps => Rewards.Count;

    /// <summary>Plays one episode with a policy that sees states.</summary>
    /// <param name="env">The environment; stays the caller's. It is reset without a seed.</param>
    /// <param name="policy">The action in a state.</param>
    public static PredictionEpisode Play(Env<long, long> env, Func<long, long> policy)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(policy);
        var (states, rewards) = (new List<int> { checked((int)env.Reset().Observation) }, new List<double>());
        while (true)
        {
            var step = env.Step(policy(states[^1]));
            states.Add(checked((int)step.Observation));
            rewards.Add(step.Reward);
            if (step.Ended)
            {
                return new(states, rewards, step.Terminated);
            }
        }
    }

    /// <summary>The value of the state that step t led to, 0 where the episode had ended.</summary>
    internal double NextValue(double[] values, int t) => t == Steps - 1 && Terminated ? 0 : values[States[t + 1]];

    /// <exception cref="ArgumentException">The lists do not fit each other or the values.</exception>
    internal void Check(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (States.Count != Steps + 1 || States.Any(state => (uint)state >= (uint)values.Length))
        {
            throw new ArgumentException(
                $"An episode of {Plural.Of(Steps, "step")} has {Plural.Of(Steps + 1, "state")} from 0 to {values.Length - 1}, got [{string.Join(", ", States.Take(20))}].");
        }
    }
}
