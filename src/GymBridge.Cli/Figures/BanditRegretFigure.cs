using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Options;
using GymBridge.Cli.Plots;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Figures;

/// <summary>Regret of a pull on the five-armed bandit, mean over 20 pulls and 200 runs.</summary>
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

    public static void Save(string path, EnvironmentSource source, CancellationToken cancellation)
    {
        using var env = source.MakeVec("BernoulliBandit-v0", 1, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        var series = Lines.Select(line => new FigureSeries(
            line.Name, CurveBand.Of([.. BanditRun.Repeat(line.Algorithm, line.Options, env, Pulls, Runs, 1, cancellation).Select(Smooth)]))).ToList();
        CurveFigure.Save(path, series, "Pulls", $"Pseudo-regret of a pull, mean of the last {Window}", $"BernoulliBandit-v0, {Runs} runs; arms at random lose 0.4");
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
