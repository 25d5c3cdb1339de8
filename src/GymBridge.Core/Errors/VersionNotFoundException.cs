namespace GymBridge;

/// <summary>The version of an id is later than every registered one (<c>gymnasium.error.VersionNotFound</c>).</summary>
public sealed class VersionNotFoundException : EnvironmentNotFoundException
{
    /// <summary>An error with this message.</summary>
    public VersionNotFoundException(string message)
        : base(message)
    {
    }
}
