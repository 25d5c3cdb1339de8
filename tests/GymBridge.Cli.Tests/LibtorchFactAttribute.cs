using GymBridge.Torch;

namespace GymBridge.Cli.Tests;

/// <summary>A test that computes on libtorch: skipped, with the reason, where it is not installed; under CI=true it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibtorchFactAttribute : FactAttribute
{
    public LibtorchFactAttribute() => Skip = ContinuousIntegration.IsActive || TorchEngine.Installed(EngineKind.Libtorch) is not null
        ? PythonSetup.SkipReason
        : "libtorch is not installed; run: gymbridge torch install";
}
