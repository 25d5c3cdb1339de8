using GymBridge.Torch;

/// <summary>Run by the host before Main in programs whose runtimeconfig.json names this assembly as a startup hook (eng/TorchEngine.props).</summary>
internal static class StartupHook
{
    public static void Initialize() => TorchEngine.Register();
}
