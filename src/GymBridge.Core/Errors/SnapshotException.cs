namespace GymBridge.Errors;

/// <summary>The state of an environment cannot be saved, or what is to be restored is not a state of such an environment.</summary>
public sealed class SnapshotException : GymBridgeException
{
    /// <summary>A fault whose text names the environment or wrapper, and what it lacks.</summary>
    public SnapshotException(string message)
        : base(message)
    {
    }
}
