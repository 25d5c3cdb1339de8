namespace GymBridge.Torch.Managed;

/// <summary>What upstream keeps per thread, in one object so that an operation pays for one thread-static access.</summary>
internal sealed class EngineThread
{
    [ThreadStatic]
    private static EngineThread? _current;

    public static EngineThread Current => _current ?? Create();

    public bool GradDisabled;
    public bool Inference;
    public DisposeScope? Scope;
    public readonly StoragePool Pool = new();
    public readonly ThreadDisposeScopeStatistics Statistics = new();

    private static EngineThread Create() => _current = new EngineThread();
}
