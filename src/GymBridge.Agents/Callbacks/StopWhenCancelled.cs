namespace GymBridge.Agents;

/// <summary>Stops training after the update in which a token is cancelled.</summary>
/// <param name="cancellationToken">The token.</param>
public sealed class StopWhenCancelled(CancellationToken cancellationToken) : TrainingCallback
{
    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report) => !cancellationToken.IsCancellationRequested;
}
