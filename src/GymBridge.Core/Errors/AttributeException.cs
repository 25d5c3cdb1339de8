namespace GymBridge.Errors;

/// <summary>An environment has no attribute of a name, or lets it not be set (<c>AttributeError</c> in Python).</summary>
public sealed class AttributeException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public AttributeException(string message)
        : base(message)
    {
    }
}
