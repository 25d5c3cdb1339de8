namespace GymBridge.Protocol;

/// <summary>Bytes from the other side do not keep the wire contract; the message says what was expected and what was found.</summary>
public sealed class ProtocolException : GymException
{
    /// <summary>An error with this message.</summary>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the one that caused it.</summary>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
