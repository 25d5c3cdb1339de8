using GymBridge.Agents.Completions;
using GymBridge.Cli.Plots;
using GymBridge.Environments.Teaching;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Figures;

/// <summary>The best policies for a proxy of the reward, over how far the KL penalty lets them go: the proxy rises, what it stands for falls.</summary>
internal static class RewardHackingFigure
{
    // From a weight that hardly lets the policy move to one that hardly holds it.
    private const double LargestBeta = 10;
    private const double LeastBeta = 0.1;
    private const int Points = 161;

    public static void Save(string path)
    {
        var curve = Compute();
        CurveFigure.Save(
            path,
            [Series("proxy: reward + (number of 7s)²", curve, point => point.Proxy), Series("reward that it stands for", curve, point => point.Gold)],
            "KL(π* ‖ reference) in nats",
            "Expected value of a completion",
            $"TokenPreference-v0 with a proxy: the optimum of E[proxy] − β KL for β from {LargestBeta} to {LeastBeta}");
    }

    /// <summary>Exact sums over all completions, by falling beta.</summary>
    public static IReadOnlyList<(double Beta, double Kl, double Proxy, double Gold)> Compute()
    {
        var task = new PreferenceTask(isHackable: true);
        var tree = new TokenTree(new CompletionProblem(task.Prompts, task.MaxLength, Tokens.Count, Tokens.End, task.ReferenceLogProbabilities));
        var (proxy, gold) = (tree.Rewards(task.Reward), tree.Rewards(task.GoldReward));
        return [.. Enumerable.Range(0, Points).Select(i =>
        {
            var beta = LargestBeta * Math.Pow(LeastBeta / LargestBeta, (double)i / (Points - 1));
            var optimum = tree.Optimum(proxy, beta);
            var (score, kl) = tree.Evaluate(optimum, proxy);
            return (beta, kl, score, tree.Evaluate(optimum, gold).Score);
        })];
    }

    private static FigureSeries Series(
        string label,
        IReadOnlyList<(double Beta, double Kl, double Proxy, double Gold)> curve,
        Func<(double Beta, double Kl, double Proxy, double Gold), double> value) =>
        new(label, CurveBand.Of([new Curve([.. curve.Select(point => point.Kl)], [.. curve.Select(value)])]));
}
