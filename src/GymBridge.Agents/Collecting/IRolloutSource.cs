using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting;

/// <summary>Gives a learner its rollouts: one collector, or actors that step the lanes in parallel. Their bits are the same.</summary>
internal interface IRolloutSource : IDisposable
{
    /// <summary>What was collected last, all lanes.</summary>
    RolloutBuffer Buffer { get; }

    /// <summary>Collects a number of steps of every lane with the present weights; or those that are left, where it was cancelled.</summary>
    void Collect(int steps);

    /// <summary>Saves or loads what it holds.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="isAtRest">Whether the run can go on from here.</param>
    /// <param name="keepsRollout">Whether a rollout that is finished is still to be learned from; one that is not is kept anyhow.</param>
    void Exchange(StateArchive archive, bool isAtRest, bool keepsRollout);
}
