namespace GymBridge.Errors;

/// <summary>No environment is registered under the name of an id (<c>gymnasium.error.NameNotFound</c>).</summary>
public sealed class NameNotFoundException : EnvironmentNotFoundException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public NameNotFoundException(string message)
        : base(message)
    {
    }
}
