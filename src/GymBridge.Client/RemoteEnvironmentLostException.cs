namespace GymBridge.Client;

/// <summary>The server or host that ran an environment died, stopped, or forgot the session: the environment is gone.</summary>
/// <remarks>Every later call of that environment throws it again; make a new environment.</remarks>
public sealed class RemoteEnvironmentLostException : IOException
{
    /// <summary>An error with this message.</summary>
    public RemoteEnvironmentLostException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
