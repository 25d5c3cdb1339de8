using System.Buffers.Binary;
using System.Security.Cryptography;
using GymBridge.Agents.Evaluation;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Learning;

/// <summary>Measures a row of a bandit: many runs for each seed, since one says little.</summary>
internal static class BanditMeasurement
{
    private const int RegretRuns = 200;
    private const int RewardRuns = 10;
    private const int LastPulls = 500;

    private static readonly MakeOptions Options = new() { AutoresetMode = AutoresetMode.SameStep };

    public static LearningResult Run(LearningRow row, long seed, EnvironmentSource source, TimeProvider time, CancellationToken cancellation)
    {
        var settings = LearningRun.SettingsOf(row);
        using var env = source.MakeVec(row.EnvId, 1, Options);
        var start = time.GetTimestamp();
        var isRegret = row.Measure == LearningMeasure.PseudoRegret;
        var count = isRegret ? RegretRuns : RewardRuns;
        var runs = BanditRun.Repeat(settings.Algorithm, settings.Options, env, checked((int)row.Timesteps), count, seed, cancellation);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var value = runs.Average(run => isRegret ? run.PseudoRegret : run.MeanOfLast(LastPulls));
        return new LearningResult(seed, value, row.Timesteps, seconds, DigestOf(runs), IsInBounds: true) { Curve = CurveOf(runs, isRegret) };
    }

    /// <summary>The mean over the runs: of the regret so far, or of the last rewards.</summary>
    private static Curve CurveOf(IReadOnlyList<BanditRun> runs, bool isRegret)
    {
        var pulls = runs[0].Rewards.Count;
        var means = Enumerable.Range(0, pulls).Select(t => runs.Average(run => isRegret ? run.Regrets[t] : run.Rewards[t])).ToArray();
        var (sum, curve) = (0.0, new double[pulls]);
        for (var t = 0; t < pulls; t++)
        {
            sum += means[t] - (!isRegret && t >= LastPulls ? means[t - LastPulls] : 0);
            curve[t] = isRegret ? sum : sum / Math.Min(t + 1, LastPulls);
        }

        return new Curve([.. Enumerable.Range(1, pulls).Select(t => (double)t)], curve);
    }

    private static string DigestOf(IReadOnlyList<BanditRun> runs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[sizeof(double)];
        foreach (var number in runs.SelectMany(run => run.Rewards.Concat(run.Regrets)))
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
