namespace GymBridge.Client.Errors;

/// <summary>Client and server speak different generations of the protocol.</summary>
public sealed class GenerationMismatchException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public GenerationMismatchException(string message)
        : base(message)
    {
    }
}
