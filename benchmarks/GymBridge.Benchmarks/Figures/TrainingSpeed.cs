using System.Diagnostics;
using System.Globalization;
using GymBridge.Agents;
using GymBridge.Environments;
using GymBridge.Torch;
using GymBridge.Training.Presets;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P6: training with rl-zoo's hyperparameters, one thread. Stable-Baselines3 is not at hand: our speed alone, and for algorithms with a
/// replay buffer the share of the processor's peak that the products of their gradient steps reach.</summary>
internal sealed class TrainingSpeed : IBenchmark
{
    private const int Runs = 3;

    private static readonly (string Algorithm, string EnvId, long Timesteps)[] Rows =
    [
        ("ppo", "CartPole-v1", 100_000), ("a2c", "CartPole-v1", 100_000), ("dqn", "CartPole-v1", 20_000), ("sac", "Pendulum-v1", 3_000),
    ];

    public string Id => "P6";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        TensorSettings.UseThreads(1);
        var figures = new List<Figure>();
        foreach (var (name, envId, timesteps) in Rows)
        {
            if (AlgorithmCatalog.All.FirstOrDefault(algorithm => algorithm.Name == name) is not { } algorithm)
            {
                continue;
            }

            var settings = TrainingSettings.Of(algorithm, PresetCatalog.Choose(name, EnvId.Parse(envId), "auto"));
            var (speed, evaluation, rate) = (0.0, 0.0, 0.0);
            for (var run = 0; run < Runs; run++)
            {
                var options = new MakeOptions { AutoresetMode = AutoresetMode.SameStep };
                using var env = settings.Wrappers.Wrap(EnvironmentCatalog.CreateRegistry().MakeVec(envId, settings.NumEnvs, options));
                var watch = Stopwatch.StartNew();
                using var training = algorithm.Create(env, settings.Options, 1);
                var (clock, gradientSteps) = (new UpdateClock(TimeProvider.System), new GradientSteps());
                training.Clock = clock;
                training.Learn(timesteps, gradientSteps);
                speed = Math.Max(speed, training.Timesteps / watch.Elapsed.TotalSeconds);
                var learning = clock.Total - clock[UpdatePhase.Environment] - clock[UpdatePhase.Acting];
                rate = Math.Max(rate, gradientSteps.Count / learning.TotalSeconds);
                using var lane = EnvironmentCatalog.CreateRegistry().Make(envId);
                evaluation = training.Policy.Evaluate(lane, 20, 1000).MeanReturn;
            }

            var share = ReplayUpdate.Operations(settings.Options, envId) is { } operations
                ? string.Create(CultureInfo.InvariantCulture, $"; {operations * rate / FmaPeak.Measure():P0} of FMA peak in the update")
                : string.Empty;
            figures.Add(new Figure(
                Id,
                string.Create(CultureInfo.InvariantCulture, $"{algorithm.Title} {envId}, {settings.NumEnvs} lanes, {timesteps} steps (evaluation {evaluation:F0}{share}), {EngineIdentity.Current.Kind}"),
                speed,
                null,
                "steps/s",
                null,
                null,
                false));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    // How many there were, as the algorithm tells.
    private sealed class GradientSteps : TrainingCallback
    {
        public double Count { get; private set; }

        public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
        {
            Count = report["train/n_updates"];
            return true;
        }
    }
}
