namespace GymBridge.Client.Hosting;

/// <summary>A Python host could not be started.</summary>
public sealed class PythonHostException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public PythonHostException(string message)
        : base(message)
    {
    }
}
