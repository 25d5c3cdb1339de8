namespace GymBridge.Errors;

/// <summary>An environment cannot be registered beside those that are (<c>gymnasium.error.RegistrationError</c>).</summary>
public sealed class RegistrationException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public RegistrationException(string message)
        : base(message)
    {
    }
}
