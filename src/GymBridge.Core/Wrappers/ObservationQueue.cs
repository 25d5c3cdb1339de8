using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>The observations that a wrapper keeps from step to step.</summary>
internal sealed class ObservationQueue : Queue<object?>, ISnapshot
{
    public Info Save() => new() { ["observations"] = this.ToList() };

    public void Restore(Info state)
    {
        Clear();
        foreach (var observation in SnapshotFields.List(state, "observations", nameof(ObservationQueue)))
        {
            Enqueue(observation);
        }
    }
}
