namespace GymBridge.Agents;

/// <summary>Stops training once the mean return of the last 100 episodes reaches a threshold.</summary>
/// <param name="meanReturn">The threshold.</param>
/// <param name="minimumEpisodes">Episodes that must have ended before.</param>
public sealed class StopOnReward(double meanReturn, int minimumEpisodes = 20) : TrainingCallback
{
    /// <summary>Whether it has stopped the run.</summary>
    public bool HasStopped { get; private set; }

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        HasStopped = algorithm.Episodes.Episodes >= minimumEpisodes && report["rollout/ep_rew_mean"] >= meanReturn;
        return !HasStopped;
    }
}
