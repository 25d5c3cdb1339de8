namespace GymBridge.Client.Errors;

/// <summary>A server cannot be reached, or the connection to it broke; the text says which, with its last words where they are known.</summary>
public class ServerConnectionException : GymBridgeException
{
    /// <summary>A fault whose text names the address and what to try.</summary>
    public ServerConnectionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
