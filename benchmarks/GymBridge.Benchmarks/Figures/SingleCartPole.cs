using GymBridge.Environments;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P1: CartPole in C#, one lane, one thread, with its time limit, against Gymnasium's make loop.</summary>
internal sealed class SingleCartPole : IBenchmark
{
    private const int Steps = 100_000;

    public string Id => "P1";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var batch = MeasureBatch();
        var typed = MeasureTyped();
        var peer = (await PythonPeer.RunAsync("gymnasium_cartpole.py", "single"))["steps_per_second"]!.GetValue<double>();
        return
        [
            new(Id, "CartPole-v1, one lane, batch path", batch, peer, "steps/s", 100, "gymnasium.make loop", false),
            new(Id, "CartPole-v1, typed Env with TimeLimit", typed, peer, "steps/s", 100, "gymnasium.make loop", false),
        ];
    }

    private static double MeasureBatch()
    {
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 1);
        return Measure.CartPoleRate(env, Steps);
    }

    private static double MeasureTyped()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make<float[], long>("CartPole-v1");
        env.Reset(42);
        return Measure.Rate(Steps, () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                if (env.Step(i & 1).Ended)
                {
                    env.Reset();
                }
            }
        });
    }
}
