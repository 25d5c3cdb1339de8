namespace GymBridge;

/// <summary>A closed environment was used (<c>gymnasium.error.ClosedEnvironmentError</c>).</summary>
public sealed class ClosedEnvironmentException : GymException
{
    /// <summary>An error that names the operation and the environment.</summary>
    public ClosedEnvironmentException(string operation, string environment)
        : base($"Trying to call '{operation}' on the closed environment '{environment}'; make a new one.")
    {
    }
}
