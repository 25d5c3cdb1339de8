namespace GymBridge.PythonNet;

/// <summary>Python cannot be embedded in this process; the message says what is missing and how to get it.</summary>
public sealed class PythonEmbeddingException : GymBridgeException
{
    /// <summary>An exception with a message.</summary>
    public PythonEmbeddingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
