using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>An environment that takes float32 actions only, and shows them.</summary>
internal sealed class CastingEnv() : Env<float[], float[]>(new Box(-1, 1, [1]), new Box(-1, 1, [1]))
{
    protected override ResetResult<float[]> OnReset(Info? options) => new([0], Info.Empty);

    protected override StepResult<float[]> OnStep(float[] action) => new(action, 0, false, false, Info.Empty);
}
