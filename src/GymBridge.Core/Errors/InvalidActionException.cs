namespace GymBridge.Errors;

/// <summary>An action is not in the action space (an <c>AssertionError</c> in Gymnasium's environments).</summary>
public sealed class InvalidActionException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public InvalidActionException(string message)
        : base(message)
    {
    }

    /// <summary>An error that names the action, the space and the environment.</summary>
    public static InvalidActionException For(object action, Spaces.Space space, string environment) =>
        new($"Action {action} is not in {space} of environment '{environment}'; pass one of its values, as a sample of the action space is.");
}
