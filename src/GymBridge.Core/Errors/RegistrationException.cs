namespace GymBridge;

/// <summary>An environment cannot be registered beside those that are (<c>gymnasium.error.RegistrationError</c>).</summary>
public sealed class RegistrationException : GymException
{
    /// <summary>An error with this message.</summary>
    public RegistrationException(string message)
        : base(message)
    {
    }
}
