using GymBridge.Agents.Checkpoints;
using TorchSharp.Modules;

namespace GymBridge.Agents.Collecting.Actors;

/// <summary>Steps a part of the lanes of a run with the weights that it is given, and returns columns.</summary>
/// <remarks>The seam between actors and learner. Streams of actions and seeds of resets belong to lanes, so which actor steps a lane, in which
/// thread, process or machine, changes no bit. Nothing but weights goes in, nothing but columns and ended episodes comes out.</remarks>
internal interface IActor : IDisposable
{
    /// <summary>What it collected last.</summary>
    RolloutBuffer Columns { get; }

    /// <summary>Episodes that ended in the last rollout, with the step at which they did, in the order of step and lane.</summary>
    IReadOnlyList<(int Step, double Return, long Length)> Ended { get; }

    /// <summary>Transitions that it made in all.</summary>
    long Timesteps { get; }

    /// <summary>Takes the learner's weights for its own.</summary>
    void Take(IEnumerable<Parameter> weights);

    /// <summary>Collects a number of steps of its lanes; or those that are left, where it was cancelled.</summary>
    /// <param name="steps">Steps of each lane.</param>
    /// <param name="cancellation">Ends it before the next step.</param>
    void Collect(int steps, CancellationToken cancellation);

    /// <summary>Its rollout was taken over, or dropped: the next <see cref="Collect"/> begins one.</summary>
    void Release();

    /// <summary>Saves or loads where its lanes are, and its rollout where that was not taken over.</summary>
    void Exchange(StateArchive archive, bool isAtRest);
}
