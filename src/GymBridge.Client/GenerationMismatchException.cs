namespace GymBridge.Client;

/// <summary>Client and server speak different generations of the protocol.</summary>
public sealed class GenerationMismatchException : GymException
{
    /// <summary>An error with this message.</summary>
    public GenerationMismatchException(string message)
        : base(message)
    {
    }
}
