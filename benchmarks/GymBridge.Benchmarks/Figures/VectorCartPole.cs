using GymBridge.Environments;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P2: CartPole in C#, 1024 lanes, one thread, against Gymnasium's CartPoleVectorEnv.</summary>
internal sealed class VectorCartPole : IBenchmark
{
    private const int Lanes = 1024;
    private const int Steps = 200;

    public string Id => "P2";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", Lanes);
        var step = env.CreateStep();
        var actions = env.CreateActions();
        env.Reset(step, 42);
        var ours = Measure.Rate((long)Lanes * Steps, () =>
        {
            var action = actions[0].AsSpan<long>();
            for (var i = 0; i < Steps; i++)
            {
                action.Fill(i & 1);
                env.Step(actions, step);
            }
        });
        var peer = (await PythonPeer.RunAsync("gymnasium_cartpole.py", "vector"))["steps_per_second"]!.GetValue<double>();
        return [new(Id, "CartPole-v1, 1024 lanes", ours, peer, "steps/s", 8, "gymnasium CartPoleVectorEnv", false)];
    }
}
