namespace GymBridge.Client.Errors;

/// <summary>A cap of the server is reached: sessions, lanes, bytes; the text names it and what raises it.</summary>
public sealed class LimitException : ServerRefusedException
{
    /// <summary>A fault whose text names the cap.</summary>
    public LimitException(string message)
        : base(message)
    {
    }
}
