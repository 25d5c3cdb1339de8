namespace GymBridge;

/// <summary>No environment is registered under the name of an id (<c>gymnasium.error.NameNotFound</c>).</summary>
public sealed class NameNotFoundException : EnvironmentNotFoundException
{
    /// <summary>An error with this message.</summary>
    public NameNotFoundException(string message)
        : base(message)
    {
    }
}
