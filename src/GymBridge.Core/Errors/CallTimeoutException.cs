namespace GymBridge.Errors;

/// <summary>A call got no answer in time (<c>multiprocessing.TimeoutError</c> of Gymnasium's AsyncVectorEnv; Python's CallTimeoutError).</summary>
public sealed class CallTimeoutException : GymBridgeException
{
    /// <summary>A fault whose text says which call, after which time, and where the limit is set.</summary>
    public CallTimeoutException(string message)
        : base(message)
    {
    }
}
