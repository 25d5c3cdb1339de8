namespace GymBridge.Client.Python;

/// <summary>No usable Python was found, or the one that was chosen lacks something; the message has the command that mends it.</summary>
public sealed class PythonNotFoundException : GymException
{
    /// <summary>An error with this message.</summary>
    public PythonNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the one that caused it.</summary>
    public PythonNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
