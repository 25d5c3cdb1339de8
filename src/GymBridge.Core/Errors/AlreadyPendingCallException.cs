namespace GymBridge.Errors;

/// <summary>A call came while another was not awaited (<c>gymnasium.error.AlreadyPendingCallError</c>).</summary>
public sealed class AlreadyPendingCallException : GymBridgeException
{
    /// <summary>An error that names both calls.</summary>
    public AlreadyPendingCallException(string operation, string pending)
        : base($"Calling '{operation}' while waiting for a pending call to '{pending}' to complete; call '{pending}Wait' first.")
    {
    }
}
