namespace GymBridge.Errors;

/// <summary>A closed environment was used (<c>gymnasium.error.ClosedEnvironmentError</c>).</summary>
public sealed class ClosedEnvironmentException : GymBridgeException
{
    /// <summary>An error that names the operation and the environment.</summary>
    public ClosedEnvironmentException(string operation, string environment)
        : this($"Trying to call '{operation}' on the closed environment '{environment}'; make a new one.")
    {
    }

    /// <summary>An error with a finished message, as the far side of a connection sent it.</summary>
    public ClosedEnvironmentException(string message)
        : base(message)
    {
    }
}
