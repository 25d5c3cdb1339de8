namespace GymBridge.Errors;

/// <summary>An environment id is unknown or malformed (<c>gymnasium.error.UnregisteredEnv</c>); derived types say which part of it.</summary>
public class EnvironmentNotFoundException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public EnvironmentNotFoundException(string message)
        : base(message)
    {
    }
}
