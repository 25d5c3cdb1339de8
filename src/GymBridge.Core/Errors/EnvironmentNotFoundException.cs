namespace GymBridge;

/// <summary>An environment id is unknown or malformed (<c>gymnasium.error.UnregisteredEnv</c> and <c>NameNotFound</c>).</summary>
public sealed class EnvironmentNotFoundException : GymException
{
    /// <summary>An error with this message.</summary>
    public EnvironmentNotFoundException(string message)
        : base(message)
    {
    }
}
