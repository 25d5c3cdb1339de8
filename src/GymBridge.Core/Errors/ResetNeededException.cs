namespace GymBridge;

/// <summary>A step or render came before the first reset (<c>gymnasium.error.ResetNeeded</c>).</summary>
public sealed class ResetNeededException : GymException
{
    /// <summary>An error with this message.</summary>
    public ResetNeededException(string message)
        : base(message)
    {
    }
}
