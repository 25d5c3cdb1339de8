namespace GymBridge;

/// <summary>No environment is registered in the namespace of an id (<c>gymnasium.error.NamespaceNotFound</c>).</summary>
public sealed class NamespaceNotFoundException : EnvironmentNotFoundException
{
    /// <summary>An error with this message.</summary>
    public NamespaceNotFoundException(string message)
        : base(message)
    {
    }
}
