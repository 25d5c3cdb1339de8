namespace GymBridge.Errors;

/// <summary>No environment is registered in the namespace of an id (<c>gymnasium.error.NamespaceNotFound</c>).</summary>
public sealed class NamespaceNotFoundException : EnvironmentNotFoundException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public NamespaceNotFoundException(string message)
        : base(message)
    {
    }
}
