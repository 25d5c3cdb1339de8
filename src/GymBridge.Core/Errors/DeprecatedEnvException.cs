namespace GymBridge;

/// <summary>The version of an id is not registered, and another takes its place (<c>gymnasium.error.DeprecatedEnv</c>).</summary>
public sealed class DeprecatedEnvException : EnvironmentNotFoundException
{
    /// <summary>An error with this message.</summary>
    public DeprecatedEnvException(string message)
        : base(message)
    {
    }
}
