namespace GymBridge.Protocol.Errors;

/// <summary>A message is over the limit of this client or of the server; the text says the size, the limit and what raises it.</summary>
public sealed class MessageTooLargeException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public MessageTooLargeException(string message)
        : base(message)
    {
    }
}
