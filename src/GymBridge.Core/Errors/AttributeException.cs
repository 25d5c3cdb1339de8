namespace GymBridge;

/// <summary>An environment has no attribute of a name, or lets it not be set (<c>AttributeError</c> in Python).</summary>
public sealed class AttributeException : GymException
{
    /// <summary>An error with this message.</summary>
    public AttributeException(string message)
        : base(message)
    {
    }
}
