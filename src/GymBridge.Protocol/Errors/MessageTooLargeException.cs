namespace GymBridge.Protocol;

/// <summary>A message is over the limit of this client or of the server; the text says the size, the limit and what raises it.</summary>
public sealed class MessageTooLargeException : GymException
{
    /// <summary>An error with this message.</summary>
    public MessageTooLargeException(string message)
        : base(message)
    {
    }
}
