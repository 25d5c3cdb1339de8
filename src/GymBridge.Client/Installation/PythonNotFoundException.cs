namespace GymBridge.Client.Installation;

/// <summary>No usable Python was found, or the one that was chosen lacks something; the message has the command that mends it.</summary>
public sealed class PythonNotFoundException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public PythonNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with the exception that led to it.</summary>
    public PythonNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
