using GymBridge.Agents.Completions;
using GymBridge.Agents.Tests.Formulas;
using GymBridge.Environments.Teaching;
using TorchSharp;

namespace GymBridge.Agents.Tests.Completions;

/// <summary>Oracle <c>token_env</c>: the reference policy, the optima and the curve of a proxy that is hacked, by exact sums over all completions.</summary>
public class TokenTreeTests
{
    private static readonly PreferenceTask Task = new();
    private static readonly TokenTree Tree = new(TokenProblems.Of(Task));
    private static readonly double[] Gold = Tree.Rewards(Task.GoldReward);

    [Fact]
    public void Tree_OfThePreferenceTask_HasEveryContext()
    {
        Assert.Equal(732, Tree.Count);
        Assert.Equal(Oracles.Number("token_env", "n_completions_per_prompt"), Task.Completions(0).Count());
        BradleyTerryTests.Near(
            [.. Oracles.Numbers("token_env", "ref_logp_x0_empty").Where(value => !double.IsNaN(value))],
            [.. Tree.Reference[..Tokens.Count].ToArray().Where(double.IsFinite)]);
        var (score, kl) = Tree.Evaluate(Tree.Reference, Gold);
        Assert.Equal(Oracles.Number("token_env", "E_ref_u"), score, 1e-9);
        Assert.Equal(0, kl, 1e-12);
    }

    [Theory]
    [InlineData("4.0")]
    [InlineData("2.0")]
    [InlineData("1.0")]
    [InlineData("0.5")]
    [InlineData("0.25")]
    [InlineData("0.1")]
    public void Optimum_OfTheTrueReward_IsTheOracles(string beta)
    {
        var (score, kl) = Tree.Evaluate(Tree.Optimum(Gold, Number(beta)), Gold);
        Assert.Equal(Oracles.Number("token_env", "optimal_tilt_true_reward", beta, "E_u"), score, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "optimal_tilt_true_reward", beta, "E_r"), score, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "optimal_tilt_true_reward", beta, "KL"), kl, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "optimal_tilt_true_reward", beta, "J"), score - (Number(beta) * kl), 1e-9);
    }

    [Theory]
    [InlineData("100.0")]
    [InlineData("8.0")]
    [InlineData("4.0")]
    [InlineData("3.0")]
    [InlineData("2.0")]
    [InlineData("1.5")]
    [InlineData("1.2")]
    [InlineData("1.0")]
    [InlineData("0.8")]
    [InlineData("0.7")]
    [InlineData("0.6")]
    [InlineData("0.5")]
    [InlineData("0.3")]
    [InlineData("0.2")]
    [InlineData("0.1")]
    public void Optimum_OfTheHackedProxy_LosesTheGoldReward(string beta)
    {
        var proxy = Tree.Rewards(new PreferenceTask(isHackable: true).Reward);
        var optimum = Tree.Optimum(proxy, Number(beta));
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", beta, "E_gold"), Tree.Evaluate(optimum, Gold).Score, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", beta, "E_proxy"), Tree.Evaluate(optimum, proxy).Score, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", beta, "KL"), Tree.Evaluate(optimum, proxy).Kl, 1e-9);
    }

    /// <summary>Row "exact PG": the whole expectation, a table of logits, 400 steps of Adam.</summary>
    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(0.5, "0.5")]
    public void ExactPolicyGradient_FourHundredSteps_ReachesTheOptimum(double beta, string name)
    {
        using var learner = new ExactPolicyGradient(Tree, Task.GoldReward, new ExactPolicyGradientOptions { KlCoefficient = beta });
        learner.Learn(400);
        var (score, kl) = Tree.Evaluate(learner.LogProbabilities(), Gold);
        Assert.Equal(Oracles.Number("token_env", "optimal_tilt_true_reward", name, "J"), score - (beta * kl), 1e-4);
    }

    [Fact]
    public void LinearBradleyTerry_OfTheDataSet_IsTheMostLikely()
    {
        var differences = TokenProblems.Preferences(Task)
            .Select(example => Features(example.Prompt, example.Preferred).Zip(Features(example.Prompt, example.Rejected), (a, b) => a - b).ToArray())
            .ToArray();
        var weights = GymBridge.Agents.Formulas.BradleyTerry.Fit(differences);
        BradleyTerryTests.Near(Oracles.Numbers("token_env", "linear_BT_MLE", "mle"), weights, 1e-8);
        Assert.Equal(Oracles.Number("token_env", "linear_BT_MLE", "mean_nll"), Loss(weights), 1e-9);
        Assert.Equal(Oracles.Number("token_env", "linear_BT_MLE", "nll_at_true"), Loss(Oracles.Numbers("token_env", "linear_BT_MLE", "true")), 1e-9);

        // The standard errors: square roots of the inverse information's diagonal.
        var information = torch.zeros([4, 4], torch.float64);
        foreach (var row in differences)
        {
            var right = GymBridge.Agents.Formulas.BradleyTerry.Probability(weights.Zip(row, (a, b) => a * b).Sum(), 0);
            using var vector = torch.tensor(row);
            information += vector.outer(vector) * (right * (1 - right));
        }

        BradleyTerryTests.Near(Oracles.Numbers("token_env", "linear_BT_MLE", "stderr"), [.. Inverse(information).Select(item => Math.Sqrt(item))], 1e-7);

        double Loss(double[] at) =>
            differences.Average(row => GymBridge.Agents.Formulas.BradleyTerry.NegativeLogLikelihood(at.Zip(row, (a, b) => a * b).Sum(), 0));

        static double[] Features(int prompt, IReadOnlyList<int> completion)
        {
            var hasEnd = completion[^1] == Tokens.End;
            int[] tokens = [.. completion.Take(completion.Count - (hasEnd ? 1 : 0))];
            return
            [
                tokens.Length > 0 && tokens[0] == prompt ? 1 : 0,
                tokens.Zip(tokens.Skip(1)).Count(pair => pair.Second > pair.First),
                tokens.Where((token, i) => tokens.Take(i).Contains(token)).Count(),
                hasEnd ? 1 : 0,
            ];
        }
    }

    // The diagonal of the inverse, by Gauss and Jordan.
    private static double[] Inverse(torch.Tensor matrix)
    {
        var a = new double[4, 8];
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                a[i, j] = matrix[i, j].item<double>();
            }

            a[i, 4 + i] = 1;
        }

        for (var pivot = 0; pivot < 4; pivot++)
        {
            var scale = a[pivot, pivot];
            for (var j = 0; j < 8; j++)
            {
                a[pivot, j] /= scale;
            }

            for (var i = 0; i < 4; i++)
            {
                var factor = i == pivot ? 0 : a[i, pivot];
                for (var j = 0; j < 8; j++)
                {
                    a[i, j] -= factor * a[pivot, j];
                }
            }
        }

        return [a[0, 4], a[1, 5], a[2, 6], a[3, 7]];
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
