namespace GymBridge.Client.Errors;

/// <summary>The server or host that ran an environment died, stopped, or forgot the session: the environment is gone.</summary>
/// <remarks>Every later call of that environment throws it again; make a new environment.</remarks>
public sealed class SessionLostException : ServerConnectionException
{
    /// <summary>A fault whose text names the environment and how it was lost.</summary>
    public SessionLostException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
