namespace GymBridge.Errors;

/// <summary>A wait came without a call to wait for (<c>gymnasium.error.NoAsyncCallError</c>).</summary>
public sealed class NoAsyncCallException : GymBridgeException
{
    /// <summary>An error that names the wait and the call that is missing.</summary>
    public NoAsyncCallException(string wait, string call)
        : base($"Calling '{wait}' without any prior call to '{call}'.")
    {
    }
}
