using GymBridge.Agents;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Training.Curves;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Learning;

/// <summary>Trains one seed of a row.</summary>
internal static class LearningRun
{
    private const int EvaluationEpisodes = 20;

    private static readonly MakeOptions Options = new() { AutoresetMode = AutoresetMode.SameStep };

    /// <summary>The settings of a row.</summary>
    public static TrainingSettings SettingsOf(LearningRow row)
    {
        var layers = new SettingLayers();
        foreach (var (key, value) in row.Settings)
        {
            layers.Add(key, value, $"row {row.Name}");
        }

        return TrainingSettings.Of(
            AlgorithmCatalog.Get(row.Algorithm), row.UsesPreset ? layers.Add(PresetCatalog.Choose(row.Algorithm, EnvId.Parse(row.EnvId), "auto")) : layers);
    }

    /// <summary>Trains and measures.</summary>
    public static LearningResult Run(LearningRow row, long seed, EnvironmentSource source, TimeProvider time, CancellationToken cancellation)
    {
        if (row.IsBandit)
        {
            return BanditMeasurement.Run(row, seed, source, time, cancellation);
        }

        using var folder = new ScratchFolder();
        var settings = SettingsOf(row);
        using var env = source.MakeFor(settings.Algorithm, row.EnvId, settings.NumEnvs, settings.Wrappers, Options);
        using var evaluationEnv = source.MakeVec(row.EnvId, 1, Options);
        using var algorithm = settings.Algorithm.Create(env, settings.Options, seed);
        var watch = new Watch(row);
        var best = new EvalCallback(evaluationEnv, Math.Max(1, row.Timesteps / 20), EvaluationEpisodes / 2, folder.Combine("best.gym"));
        TrainingCallback[] measures = row.Measure == LearningMeasure.BestEvaluation ? [watch, best] : [watch];
        TrainingCallback[] callbacks = [.. measures, new StopWhenCancelled(cancellation)];
        var start = time.GetTimestamp();
        algorithm.Learn(row.Timesteps, callbacks);
        cancellation.ThrowIfCancellationRequested();
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return new LearningResult(seed, Measure(), algorithm.Timesteps, seconds, UpdateDigest.OfWeights(algorithm.Policy), watch.IsInBounds)
        {
            Curve = new Curve(watch.Timesteps, watch.Returns),
        };

        double Measure()
        {
            if (row.Measure == LearningMeasure.LastHundred)
            {
                return algorithm.Episodes.MeanReturn;
            }

            using var kept = row.Measure == LearningMeasure.BestEvaluation ? Policy.Load(folder.Combine("best.gym")) : null;
            return (kept ?? algorithm.Policy).Evaluate(
                evaluationEnv, EvaluationEpisodes, RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation), cancellation: cancellation).MeanReturn;
        }
    }

    /// <summary>Notes the curve, holds the bound, and ends the run after its episodes.</summary>
    private sealed class Watch(LearningRow row) : TrainingCallback
    {
        private bool _isLastInBounds = true;
        private bool _isEveryInBounds = true;

        public List<double> Timesteps { get; } = [];

        public List<double> Returns { get; } = [];

        public bool IsInBounds => row.Bound is { EveryUpdate: true } ? _isEveryInBounds : _isLastInBounds;

        public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
        {
            if (!double.IsNaN(algorithm.Episodes.MeanReturn))
            {
                Timesteps.Add(report.Timesteps);
                Returns.Add(algorithm.Episodes.MeanReturn);
            }

            if (row.Bound is { } bound)
            {
                _isLastInBounds = report[bound.Name] is var value && value >= bound.Low && value <= bound.High;
                _isEveryInBounds &= _isLastInBounds;
            }

            return row.Episodes == 0 || algorithm.Episodes.Episodes < row.Episodes;
        }
    }

    private sealed class ScratchFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gymbridge-learning-");

        public string Combine(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
