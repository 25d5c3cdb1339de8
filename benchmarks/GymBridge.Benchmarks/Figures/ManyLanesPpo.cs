using System.Globalization;
using GymBridge.Agents;
using GymBridge.Environments;
using GymBridge.Torch;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P11: PPO on 1024 lanes of CartPole, four epochs of minibatches of 4096, two threads.</summary>
internal sealed class ManyLanesPpo : IBenchmark
{
    private const int Lanes = 1024;
    private const int Threads = 2;
    private const int Updates = 150;

    // Multiply-adds of one sample: policy 4-64-64-2 and value 4-64-64-1.
    private const long MultiplyAdds = (2L * ((4 * 64) + (64 * 64))) + (64 * 2) + 64;
    private const long ValueMultiplyAdds = (4 * 64) + (64 * 64) + 64;

    private static readonly PpoOptions Options = new()
    {
        RolloutSteps = 32,
        MinibatchSize = 4096,
        Epochs = 4,
        LearningRate = 1e-3,
        GaeLambda = 0.8,
        Gamma = 0.98,
    };

    public string Id => "P11";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        TensorSettings.UseThreads(Threads);
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", Lanes, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        using var ppo = new Ppo(env, Options, 1);
        ppo.TotalTimesteps = long.MaxValue;
        ppo.Update();
        ppo.Update();
        var (best, share) = (0.0, 0.0);
        for (var update = 0; update < Updates; update++)
        {
            var (clock, before) = (new UpdateClock(TimeProvider.System), ppo.Timesteps);
            ppo.Clock = clock;
            ppo.Update();
            var steps = ppo.Timesteps - before;

            // Forward once, backward twice (weights and inputs) but for the first layers' inputs, which need no gradient; before that the
            // values of all states and of those behind the last.
            var operations = 2.0 * ((steps * Options.Epochs * ((3 * MultiplyAdds) - (2 * 4 * 64))) + ((steps + Lanes) * ValueMultiplyAdds));
            var learning = clock.Total - clock[UpdatePhase.Environment] - clock[UpdatePhase.Acting];
            best = Math.Max(best, steps / clock.Total.TotalSeconds);
            share = Math.Max(share, operations / learning.TotalSeconds);
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new(
                Id,
                string.Create(CultureInfo.InvariantCulture, $"PPO, {Lanes} lanes of CartPole, {Threads} threads, {EngineIdentity.Current.Kind} ({share / FmaPeak.Measure(Threads):P0} of FMA peak in the update)"),
                best,
                null,
                "steps/s",
                null,
                null,
                false),
        ]);
    }
}
