namespace GymBridge.Client.Python;

/// <summary>A Python host could not be started.</summary>
public sealed class PythonHostException : GymException
{
    /// <summary>An error with this message.</summary>
    public PythonHostException(string message)
        : base(message)
    {
    }
}
