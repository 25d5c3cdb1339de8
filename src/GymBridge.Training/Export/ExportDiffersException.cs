namespace GymBridge.Training.Export;

/// <summary>What was exported does not compute what the policy computes.</summary>
public sealed class ExportDiffersException : GymBridgeException
{
    /// <inheritdoc cref="Exception(string)"/>
    /// <param name="message">What differs, and by how much.</param>
    public ExportDiffersException(string message)
        : base(message)
    {
    }
}
