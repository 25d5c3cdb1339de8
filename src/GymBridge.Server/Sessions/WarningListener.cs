namespace GymBridge.Server.Sessions;

/// <summary>Hears the warnings that an environment raises while it is called on this thread, so that they reach its client.</summary>
internal static class WarningListener
{
    [ThreadStatic]
    private static Action<string>? _current;

    static WarningListener() => GymWarnings.Raised += warning => _current?.Invoke(warning.Message);

    /// <summary>Hears until it is disposed.</summary>
    public static Scope Listen(Action<string> listener)
    {
        _current = listener;
        return default;
    }

    /// <summary>The time of listening.</summary>
    public readonly ref struct Scope
    {
#pragma warning disable CA1822 // A using statement needs an instance.
        public void Dispose() => _current = null;
#pragma warning restore CA1822
    }
}
