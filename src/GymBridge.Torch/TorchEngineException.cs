namespace GymBridge.Torch;

/// <summary>The tensor engine that was asked for cannot be had; the message says why and what to do.</summary>
public sealed class TorchEngineException : GymBridgeException
{
    /// <inheritdoc cref="Exception(string)"/>
    public TorchEngineException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="Exception(string, Exception)"/>
    public TorchEngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
