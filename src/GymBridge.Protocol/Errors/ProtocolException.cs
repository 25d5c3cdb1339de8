namespace GymBridge.Protocol.Errors;

/// <summary>Bytes from the other side do not keep the wire contract; the message says what was expected and what was found.</summary>
public sealed class ProtocolException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with the exception that led to it.</summary>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
