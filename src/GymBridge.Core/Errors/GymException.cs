namespace GymBridge;

/// <summary>Base of the errors that Gymnasium calls <c>gymnasium.error.Error</c>.</summary>
public class GymException : Exception
{
    /// <summary>An error with a message that names the value and the remedy.</summary>
    public GymException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the one that caused it.</summary>
    public GymException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
