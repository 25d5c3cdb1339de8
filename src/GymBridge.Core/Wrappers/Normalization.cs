using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>What a normalizing wrapper has learnt: look at it, hold it to evaluate.</summary>
public sealed class Normalization
{
    internal Normalization(RunningMoments moments) => Moments = moments;

    /// <summary>The moments of what was seen: of observations, or of the discounted return.</summary>
    public RunningMoments Moments { get; }

    /// <summary>Whether what is seen still changes the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments { get; set; } = true;

    internal Info Save() => new() { ["moments"] = Moments.Save(), ["updates"] = UpdatesMoments };

    internal void Restore(Info state)
    {
        Moments.Restore(SnapshotFields.Info(state, "moments", nameof(Normalization)));
        UpdatesMoments = SnapshotFields.Get<bool>(state, "updates", nameof(Normalization));
    }
}
