namespace GymBridge.Server;

/// <summary>A server's options contradict one another, are unsafe, or name files that cannot be used; the message says which
/// options mend it. Nothing listens.</summary>
public sealed class ServerConfigurationException : GymBridgeException
{
    /// <inheritdoc cref="Exception(string)"/>
    public ServerConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the one that caused it.</summary>
    public ServerConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
