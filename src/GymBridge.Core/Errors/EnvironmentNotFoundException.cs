namespace GymBridge;

/// <summary>An environment id is unknown or malformed (<c>gymnasium.error.UnregisteredEnv</c>); derived types say which part of it.</summary>
public class EnvironmentNotFoundException : GymException
{
    /// <summary>An error with this message.</summary>
    public EnvironmentNotFoundException(string message)
        : base(message)
    {
    }
}
