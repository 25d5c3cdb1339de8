using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Options;
using GymBridge.Cli.Plots;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Figures;

/// <summary>Regret on the five-armed bandit, mean over 200 runs.</summary>
internal static class BanditRegretFigure
{
    private const int Runs = 200;
    private const int Pulls = 500;
    private const int Window = 20;

    private static readonly (string Name, AlgorithmDescriptor Algorithm, AlgorithmOptions Options)[] Lines =
    [
        ("Thompson sampling", ThompsonSampling.Descriptor, new ThompsonSamplingOptions()),
        ("REINFORCE", ReinforceBandit.Descriptor, new ReinforceBanditOptions()),
        ("epsilon-greedy 0.1", EpsilonGreedy.Descriptor, new EpsilonGreedyOptions()),
        ("UCB1", Ucb1.Descriptor, new Ucb1Options()),
        ("gradient bandit", GradientBandit.Descriptor, new GradientBanditOptions()),
    ];

    /// <summary>What a pull loses, mean of the last 20.</summary>
    public static void Save(string path, EnvironmentSource source, CancellationToken cancellation) =>
        Draw(path, Smooth, $"Pseudo-regret of a pull, mean of the last {Window}", source, cancellation);

    /// <summary>What all pulls so far lost.</summary>
    public static void SaveCumulative(string path, EnvironmentSource source, CancellationToken cancellation) =>
        Draw(path, Sum, "Pseudo-regret of all pulls so far", source, cancellation);

    private static void Draw(string path, Func<BanditRun, Curve> curve, string axis, EnvironmentSource source, CancellationToken cancellation)
    {
        using var env = source.MakeVec("BernoulliBandit-v0", 1, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        var series = Lines.Select(line => new FigureSeries(
            line.Name, CurveBand.Of([.. BanditRun.Repeat(line.Algorithm, line.Options, env, Pulls, Runs, 1, cancellation).Select(curve)]))).ToList();
        CurveFigure.Save(path, series, "Pulls", axis, $"BernoulliBandit-v0, {Runs} runs; arms at random lose 0.4 a pull");
    }

    private static Curve Sum(BanditRun run)
    {
        var (sum, sums) = (0.0, new List<double>());
        foreach (var regret in run.Regrets)
        {
            sum += regret;
            sums.Add(sum);
        }

        return new Curve([.. Enumerable.Range(1, sums.Count).Select(t => (double)t)], sums);
    }

    private static Curve Smooth(BanditRun run)
    {
        var (sum, means) = (0.0, new List<double>());
        for (var t = 0; t < run.Regrets.Count; t++)
        {
            sum += run.Regrets[t] - (t >= Window ? run.Regrets[t - Window] : 0);
            if (t >= Window - 1)
            {
                means.Add(sum / Window);
            }
        }

        return new Curve([.. Enumerable.Range(Window, means.Count).Select(t => (double)t)], means);
    }
}
