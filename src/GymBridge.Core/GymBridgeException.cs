namespace GymBridge;

/// <summary>Base of every fault that GymBridge itself raises; on its own, what Gymnasium raises as <c>gymnasium.error.Error</c>.</summary>
/// <remarks>
/// <c>catch (GymBridgeException)</c> covers environments, registry, wire and agents. What stays outside is .NET's own: an argument that
/// breaks the documented contract of a method (<see cref="ArgumentException"/> and its kin), a disposed object, a cancelled token, and
/// whatever the code of an environment throws.
/// </remarks>
public class GymBridgeException : Exception
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public GymBridgeException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with the exception that led to it.</summary>
    public GymBridgeException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
