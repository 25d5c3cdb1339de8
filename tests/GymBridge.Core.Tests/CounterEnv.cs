using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

/// <summary>The example of how short an environment may be: count up to a goal; some steps draw a bonus.</summary>
internal sealed class CounterEnv(int goal = 5) : Env<float[], long>(new Box(0, 1000, [2]), new Discrete(3))
{
    private int _count;

    public int Closed { get; private set; }

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        _count = options is not null && options.TryGetValue("count", out var count) ? Convert.ToInt32(count) : 0;
        return new(Observe(), new Info { ["start"] = _count });
    }

    protected override StepResult<float[]> OnStep(long action)
    {
        _count += (int)action;
        return new(Observe(), action, _count >= goal, false, new Info { ["count"] = _count });
    }

    protected override void OnClose() => Closed++;

    private float[] Observe() => [_count, (float)Rng.Random()];
}
