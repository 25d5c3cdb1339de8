using System.Diagnostics;
using GymBridge.Agents;
using GymBridge.Environments;
using GymBridge.Training.Presets;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P6: PPO on CartPole with rl-zoo's hyperparameters, 100 000 steps. Stable-Baselines3 is not at hand: our time alone.</summary>
internal sealed class PpoCartPole : IBenchmark
{
    private const int Runs = 3;

    public string Id => "P6";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var best = double.PositiveInfinity;
        var evaluation = 0.0;
        for (var run = 0; run < Runs; run++)
        {
            var options = new MakeOptions { AutoresetMode = AutoresetMode.SameStep };
            var preset = TrainingSettings.Of(Ppo.Descriptor, PresetCatalog.Choose("ppo", EnvId.Parse("CartPole-v1"), "auto"));
            using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", preset.NumEnvs, options);
            var watch = Stopwatch.StartNew();
            using var ppo = new Ppo(env, (PpoOptions)preset.Options, 1);
            ppo.Learn(preset.Timesteps);
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            using var lane = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
            evaluation = ppo.Policy.Evaluate(lane, 20, 1000).MeanReturn;
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
            [new(Id, $"PPO CartPole-v1, 100k steps (evaluation {evaluation:F0})", best, null, "s", 10, null, true)]);
    }
}
