namespace GymBridge.Torch;

/// <summary>An implementation of TorchSharp's assembly.</summary>
public enum EngineKind
{
    /// <summary>GymBridge's own: managed code, the CPU only, the same bits everywhere.</summary>
    Managed,

    /// <summary>TorchSharp itself, with the native libtorch.</summary>
    Libtorch,
}
