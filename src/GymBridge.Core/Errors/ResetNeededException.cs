namespace GymBridge.Errors;

/// <summary>A step or render came before the first reset (<c>gymnasium.error.ResetNeeded</c>).</summary>
public sealed class ResetNeededException : GymBridgeException
{
    /// <summary>A fault whose text names what was wrong, the value, and the remedy.</summary>
    public ResetNeededException(string message)
        : base(message)
    {
    }
}
