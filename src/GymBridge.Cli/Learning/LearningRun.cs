using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Training.Curves;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Learning;

/// <summary>Trains one seed of a row.</summary>
internal static class LearningRun
{
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
            DescriptorOf(row), row.UsesPreset ? layers.Add(PresetCatalog.Choose(row.Algorithm, EnvId.Parse(row.EnvId), "auto")) : layers);
    }

    /// <summary>The algorithm of a row.</summary>
    public static AlgorithmDescriptor DescriptorOf(LearningRow row) =>
        AlgorithmCatalog.Supervised.FirstOrDefault(algorithm => algorithm.Name == row.Algorithm) ?? AlgorithmCatalog.Get(row.Algorithm);

    /// <summary>Trains and measures.</summary>
    public static LearningResult Run(LearningRow row, long seed, EnvironmentSource source, TimeProvider time, CancellationToken cancellation)
    {
        if (row.Values is { } values)
        {
            return values(row, seed, source, time);
        }

        if (row.IsBandit)
        {
            return BanditMeasurement.Run(row, seed, source, time, cancellation);
        }

        if (!DescriptorOf(row).StepsEnvironments)
        {
            return CompletionMeasurement.Run(row, seed, time, cancellation);
        }

        using var folder = new Scratch();
        var settings = SettingsOf(row);
        var options = Options with { Kwargs = row.Kwargs };
        using var env = source.MakeFor(settings.Algorithm, settings.Options, row.EnvId, settings.NumEnvs, settings.Wrappers, options);
        using var evaluationEnv = source.MakeVec(row.EnvId, 1, Options with { Kwargs = row.EvaluationKwargs ?? row.Kwargs });
        using var algorithm = settings.Algorithm.Create(env, OptionsOf(row, settings, seed, folder.Combine("reward.gym")), seed);
        var watch = new Watch(row);
        var best = new EvalCallback(evaluationEnv, Math.Max(1, row.Timesteps / 20), row.EvaluationEpisodes / 2, folder.Combine("best.gym"));
        TrainingCallback[] measures = row.Measure == LearningMeasure.BestEvaluation ? [watch, best] : [watch];
        TrainingCallback[] callbacks = [.. measures, new StopWhenCancelled(cancellation)];
        var start = time.GetTimestamp();
        algorithm.Learn(row.Timesteps, callbacks);
        cancellation.ThrowIfCancellationRequested();
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var (value, isInBounds) = row.IsExact ? CompletionMeasurement.Measure(row, algorithm.Policy) : (Measure(), true);
        return new LearningResult(seed, value, algorithm.Timesteps, seconds, UpdateDigest.OfWeights(algorithm.Policy), isInBounds && watch.IsInBounds)
        {
            Curve = new Curve(watch.Timesteps, watch.Returns),
        };

        double Measure()
        {
            if (row.Measure == LearningMeasure.LastHundred)
            {
                return algorithm.Episodes.MeanReturn;
            }

            if (row.Measure == LearningMeasure.DiscountedReturn)
            {
                return DiscountedMeasurement.Measure(row, algorithm, source, cancellation);
            }

            if (row.Measure is LearningMeasure.ExactReturn or LearningMeasure.ActionShare)
            {
                var (score, share) = TableMeasurement.Measure(row, algorithm.Policy, source);
                return row.Measure == LearningMeasure.ExactReturn ? score : share;
            }

            using var kept = row.Measure == LearningMeasure.BestEvaluation ? Policy.Load(folder.Combine("best.gym")) : null;
            return (kept ?? algorithm.Policy).Evaluate(
                evaluationEnv,
                row.EvaluationEpisodes,
                RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation),
                cancellationToken: cancellation).MeanReturn;
        }
    }

    private static AlgorithmOptions OptionsOf(LearningRow row, TrainingSettings settings, long seed, string rewardModel)
    {
        if (!row.LearnsReward)
        {
            return settings.Options;
        }

        CompletionMeasurement.FitReward(rewardModel, seed);
        return (RlhfPpoOptions)settings.Options with { RewardModel = rewardModel };
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

    private sealed class Scratch : IDisposable
    {
        private readonly DirectoryInfo _folder = Shared.ScratchFolder.Create("gymbridge-learning-", "a run");

        public string Combine(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
