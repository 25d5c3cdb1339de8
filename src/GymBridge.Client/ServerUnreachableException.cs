namespace GymBridge.Client;

/// <summary>Nothing answers at an address.</summary>
public sealed class ServerUnreachableException : IOException
{
    /// <summary>An error with this message.</summary>
    public ServerUnreachableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
