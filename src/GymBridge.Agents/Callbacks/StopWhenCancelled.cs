namespace GymBridge.Agents;

/// <summary>Stops training after the update in which a token is cancelled.</summary>
/// <param name="cancellation">The token.</param>
public sealed class StopWhenCancelled(CancellationToken cancellation) : TrainingCallback
{
    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report) => !cancellation.IsCancellationRequested;
}
