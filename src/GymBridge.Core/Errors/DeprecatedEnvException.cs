namespace GymBridge.Errors;

/// <summary>The version of an id is not registered, and another takes its place (<c>gymnasium.error.DeprecatedEnv</c>).</summary>
public sealed class DeprecatedEnvException : EnvironmentNotFoundException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public DeprecatedEnvException(string message)
        : base(message)
    {
    }
}
