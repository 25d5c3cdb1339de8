namespace GymBridge.Errors;

/// <summary>An environment was given a keyword argument that it does not take; Python's <c>TypeError</c>.</summary>
public sealed class UnexpectedArgumentException : ArgumentException
{
    /// <summary>An error with a message that names the argument and those that there are.</summary>
    public UnexpectedArgumentException(string message)
        : base(message)
    {
    }
}
