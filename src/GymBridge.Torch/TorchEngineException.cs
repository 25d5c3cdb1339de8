namespace GymBridge.Torch;

/// <summary>The tensor engine that was asked for cannot be had; the message says why and what to do.</summary>
public sealed class TorchEngineException : GymBridgeException
{
    /// <summary>An error with this message.</summary>
    public TorchEngineException(string message)
        : base(message)
    {
    }

    /// <summary>An error with this message and cause.</summary>
    public TorchEngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
