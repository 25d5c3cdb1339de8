namespace GymBridge.Errors;

/// <summary>The version of an id is later than every registered one (<c>gymnasium.error.VersionNotFound</c>).</summary>
public sealed class VersionNotFoundException : EnvironmentNotFoundException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public VersionNotFoundException(string message)
        : base(message)
    {
    }
}
