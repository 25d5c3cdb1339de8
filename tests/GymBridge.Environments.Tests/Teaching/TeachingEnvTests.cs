using GymBridge.Environments.Teaching;
using GymBridge.Seeding;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>Grid world and bandits against numbers that were computed independently (float64, exact dynamic programming).</summary>
public class TeachingEnvTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    [Theory]
    [InlineData(0.99, 0.9019800998)]
    [InlineData(0.9, 0.5495390000)]
    [InlineData(1.0, 0.95)]
    public void GridWorld_ValueOfTheStart_IsTheOptimum(double gamma, double value)
    {
        var (values, _) = ValueIteration(gamma);
        Assert.Equal(value, values[0], 1e-9);
    }

    [Fact]
    public void GridWorld_SweepsOfValueIteration_ChangeAndEndAsComputed()
    {
        var (_, changes) = ValueIteration(0.99);
        Assert.Equal(7, changes.Count);
        Assert.Equal(1, changes[0], 1e-12);
        Assert.Equal(0.99, changes[1], 1e-12);
        Assert.Equal(0.9801, changes[2], 1e-12);
    }

    [Theory]
    [InlineData(0.99, 0.2240071100)]
    [InlineData(1.0, 0.4157142857)]
    public void GridWorld_ValueOfTheUniformPolicy_IsAsComputed(double gamma, double value)
    {
        using var env = new GridWorldEnv();
        var values = new double[16];
        for (var sweep = 0; sweep < 5000; sweep++)
        {
            values = [.. Enumerable.Range(0, 16).Select(
                state => state == 15 ? 0 : Enumerable.Range(0, 4).Average(action => Backup(env, values, state, action, gamma)))];
        }

        Assert.Equal(value, values[0], 1e-9);
    }

    [Theory]
    [InlineData(100, 0.8376334225, 0.3336848546)]
    [InlineData(200, 0.9780461120, 0.4046229332)]
    public void GridWorld_UniformPolicyUnderALimit_ReachesTheGoalAsOften(int limit, double probability, double expectedReturn)
    {
        using var env = new GridWorldEnv();
        var at = new double[16];
        at[0] = 1;
        var total = 0.0;
        for (var t = 0; t < limit; t++)
        {
            var next = new double[16];
            for (var state = 0; state < 15; state++)
            {
                foreach (var transition in env.Transitions[state].Select(outcomes => outcomes.Single()))
                {
                    next[transition.State] += at[state] / 4;
                    total += at[state] / 4 * transition.Reward;
                }
            }

            next[15] += at[15];
            at = next;
        }

        Assert.Equal(probability, at[15], 1e-9);
        Assert.Equal(expectedReturn, total, 1e-9);
    }

    [Fact]
    public void GridWorld_Views_ShowTheSameWalk()
    {
        using var grid = Registry.Make<long, long>("GridWorld-v0");
        using var oneHot = Registry.Make<float[], long>("GridWorldOneHot-v0");
        using var position = Registry.Make<float[], long>("GridWorldPosition-v0");
        Assert.Equal("Box(0.0, 1.0, (16,), float32)", oneHot.ObservationSpace.ToString());
        Assert.Equal("Box(0.0, 3.0, (2,), float32)", position.ObservationSpace.ToString());
        Assert.Equal((0L, 1f, 0f), (grid.Reset(3).Observation, oneHot.Reset(3).Observation[0], position.Reset(3).Observation[0]));
        var actions = new Rng(1);
        for (var t = 0; t < 200; t++)
        {
            var action = actions.Choice(4L);
            var (expected, first, second) = (grid.Step(action), oneHot.Step(action), position.Step(action));
            Assert.Equal(1f, first.Observation.Sum());
            Assert.Equal(1f, first.Observation[expected.Observation]);
            Assert.Equal([expected.Observation / 4, expected.Observation % 4], second.Observation);
            Assert.Equal((expected.Reward, expected.Terminated, expected.Truncated), (first.Reward, first.Terminated, first.Truncated));
            Assert.Equal((expected.Reward, expected.Terminated, expected.Truncated), (second.Reward, second.Terminated, second.Truncated));
            Assert.Equal(grid.Rng.State, oneHot.Rng.State);
            if (expected.Ended)
            {
                grid.Reset();
                oneHot.Reset();
                position.Reset();
            }
        }
    }

    [Fact]
    public void BernoulliBandit_UniformPolicy_HasTheKnownRegret()
    {
        using var env = new BernoulliBanditEnv();
        env.Reset(1);
        var regrets = Enumerable.Range(0, 5).Select(arm => (double)env.Step(arm).Info["regret"]!).ToList();
        Assert.Equal(200.0, 500 * regrets.Average(), 1e-9);
    }

    [Fact]
    public void GaussianBandit_OfArms_PaysAroundTheirMeans()
    {
        using var env = new GaussianBanditEnv([-2, 3], 0.5);
        env.Reset(5);
        var rewards = Enumerable.Range(0, 20_000).Select(_ => env.Step(1).Reward).ToList();
        var mean = rewards.Average();
        Assert.Equal(3, mean, 0.0107); // 3 standard deviations
        Assert.Equal(0.25, rewards.Average(reward => (reward - mean) * (reward - mean)), 0.0075); // 3 standard deviations
        Assert.Equal(5.0, env.Step(0).Info["regret"]);
        Assert.Contains("standard deviation of at least 0, got [0.5] and -1.0", Assert.Throws<ArgumentException>(() => new GaussianBanditEnv([0.5], -1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new GaussianBanditEnv([]));
        Assert.Throws<ArgumentException>(() => new GaussianBanditEnv([double.NaN]));
    }

    [Fact]
    public void RankingBandit_OfRankings_BringsTheKnownClicks()
    {
        using var env = new RankingBanditEnv();
        env.Reset(4);
        Assert.Equal([0, 1], env.Rankings[0]);
        Assert.Equal([3, 2], env.Rankings[11]);
        var expected = Enumerable.Range(0, 12).Select(action => 0.9 - (double)env.Step(action).Info["regret"]!).ToList();
        Assert.Equal(Oracles.Number("bandits", "ranking", "best_expected_clicks"), expected.Max(), 1e-12);
        Assert.Equal(Oracles.Number("bandits", "ranking", "uniform_expected_clicks"), expected.Average(), 1e-12);
        Assert.Equal(Oracles.Numbers("bandits", "ranking", "attract"), ((NDArray)env.GetWrapperAttr("attraction")!).AsSpan<double>().ToArray());
        Assert.Equal(Oracles.Numbers("bandits", "ranking", "examine"), ((NDArray)env.GetWrapperAttr("examination")!).AsSpan<double>().ToArray());
        var clicks = Enumerable.Range(0, 20_000).Select(_ => env.Step(0)).ToList();
        Assert.Equal(0.9, clicks.Average(step => step.Reward), 0.015); // 3 standard deviations
        Assert.All(clicks.Take(100), step => Assert.Equal(step.Reward, ((NDArray)step.Info["clicks"]!).AsSpan<long>().ToArray().Sum()));
        Assert.Equal(0.9, (double)env.GetWrapperAttr("optimal_reward")!, 1e-12);
        Assert.Contains("got attraction [0.5] and examination [1.0, 1.0]", Assert.Throws<ArgumentException>(() => new RankingBanditEnv([0.5], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("more than 65536 rankings", Assert.Throws<ArgumentException>(() => new RankingBanditEnv(new double[300], new double[2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bandits_Attribute_TellsWhatTheBestArmsPay()
    {
        foreach (var (id, expected) in new[] { ("BernoulliBandit-v0", 0.9), ("GaussianBandit-v0", 0.9), ("ContextualBandit-v0", 0.75) })
        {
            using var env = Registry.Make(id);
            Assert.Equal(expected, (double)env.GetWrapperAttr("optimal_reward")!, 1e-12);
        }
    }

    [Fact]
    public void ContextualBandit_OfPolicies_PaysWhatIsKnown()
    {
        Assert.Equal(Oracles.Number("bandits", "contextual", "optimal_expected_reward"), AverageMean((context, means) => means.Max()), 1e-12);
        Assert.Equal(Oracles.Number("bandits", "contextual", "best_context_free_arm_value"), Enumerable.Range(0, 3).Max(arm => AverageMean((context, means) => means[arm])), 1e-12);
        Assert.Equal(Oracles.Number("bandits", "contextual", "uniform_value"), AverageMean((context, means) => means.Average()), 1e-12);
        Assert.Equal(Oracles.Numbers("bandits", "contextual", "means[x][a]").Average(), Oracles.Number("bandits", "contextual", "uniform_value"), 1e-12);

        // Each mean from the regret, whose best arm has the regret 0 and is known by its pay.
        static double AverageMean(Func<int, double[], double> policy)
        {
            using var env = new ContextualBanditEnv();
            double[] best = [0.8, 0.7, 0.6, 0.9];
            var means = new double[4][];
            var observation = env.Reset(1).Observation;
            for (var t = 0; t < 400; t++)
            {
                var context = Array.IndexOf(observation, 1f);
                means[context] ??= new double[3];
                var step = env.Step(t % 3);
                means[context][t % 3] = best[context] - (double)step.Info["regret"]!;
                observation = step.Observation;
            }

            return Enumerable.Range(0, 4).Average(context => policy(context, means[context]));
        }
    }

    [Fact]
    public void ContextualBandit_Contexts_DoNotDependOnActions()
    {
        using var one = new ContextualBanditEnv();
        using var other = new ContextualBanditEnv();
        Assert.Equal(one.Reset(9).Observation, other.Reset(9).Observation);
        var counts = new float[4];
        for (var t = 0; t < 4000; t++)
        {
            var observation = one.Step(t % 3).Observation;
            Assert.Equal(observation, other.Step((t + 1) % 3).Observation);
            counts = [.. counts.Zip(observation, (count, flag) => count + flag)];
        }

        Assert.All(counts, count => Assert.Equal(1000, count, 83.0)); // 3 standard deviations
        Assert.Contains("[0.5], [0.5, 0.5]", Assert.Throws<ArgumentException>(() => new ContextualBanditEnv([[0.5], [0.5, 0.5]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bandits_WithArguments_AreMadeFromThem()
    {
        var arms = new List<object?> { new List<object?> { 0.25, 1L }, new List<object?> { 0.0, 0.5 } };
        using var contextual = Registry.Make("ContextualBandit-v0", new MakeOptions { Kwargs = new Info { ["arms"] = arms } });
        Assert.Equal(("Box(0.0, 1.0, (2,), float32)", "Discrete(2)"), (contextual.ObservationSpace.ToString(), contextual.ActionSpace.ToString()));
        Assert.Contains("must hold a list for each context, got 3", Assert.Throws<ArgumentException>(
            () => Registry.Make("ContextualBandit-v0", new MakeOptions { Kwargs = new Info { ["arms"] = new List<object?> { 3L } } })).Message, StringComparison.Ordinal);
    }

    private static (double[] Values, List<double> Changes) ValueIteration(double gamma)
    {
        using var env = new GridWorldEnv();
        var (values, changes) = (new double[16], new List<double>());
        do
        {
            double[] next = [.. Enumerable.Range(0, 16).Select(
                state => state == 15 ? 0 : Enumerable.Range(0, 4).Max(action => Backup(env, values, state, action, gamma)))];
            changes.Add(next.Zip(values, (a, b) => Math.Abs(a - b)).Max());
            values = next;
        }
        while (changes[^1] > 1e-12);

        return (values, changes);
    }

    private static double Backup(GridWorldEnv env, double[] values, int state, int action, double gamma) =>
        env.Transitions[state][action].Sum(outcome => outcome.Probability * (outcome.Reward + (outcome.Terminated ? 0 : gamma * values[outcome.State])));
}
