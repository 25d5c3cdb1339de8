using GymBridge.Agents.Distributions;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using TorchSharp;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>The bandit algorithms, against hand-worked numbers and the regret that is known of them.</summary>
public class BanditTests
{
    private static readonly double[] Arms = [0.1, 0.3, 0.5, 0.7, 0.9];

    // The names of 4000 reference runs of 500 pulls, and how far the mean of 130 runs may be away: more than three standard errors.
    public static TheoryData<string, string, double> Regrets => new()
    {
        { "thompson_sampling", "ts", 1.7 },
        { "ucb1", "ucb1", 2.4 },
        { "optimistic", "optim", 2.4 },
        { "epsilon_greedy", "eps", 8 },
        { "boltzmann", "boltz", 18 },
        { "uniform", "rand", 2.4 },
        { "reinforce_bandit", "rf", 4 },
        { "gradient_bandit", "gb", 4 },
    };

    [Theory]
    [MemberData(nameof(Regrets))]
    public void Repeat_BernoulliBandit_HasTheKnownRegret(string name, string key, double tolerance)
    {
        var runs = Run(name, 130);
        Assert.Equal(Oracles.Number("bandits", "reference_pseudo_regret_T500_4000runs", key, "mean"), runs.Average(run => run.PseudoRegret), tolerance);

        // About nine runs of ten lie between the reference's quantiles, which are multiples of gaps: a little room on both sides.
        var (low, high) = (Oracles.Number("bandits", "reference_pseudo_regret_T500_4000runs", key, "p05"), Oracles.Number("bandits", "reference_pseudo_regret_T500_4000runs", key, "p95"));
        Assert.InRange(runs.Count(run => run.PseudoRegret >= low - 0.5 && run.PseudoRegret <= high + 0.5) / (double)runs.Count, 0.8, 1);
        Assert.True(Oracles.Number("bandits", "reference_pseudo_regret_T500_4000runs", key, "sem") < tolerance);
        Assert.InRange(Oracles.Number("bandits", "reference_pseudo_regret_T500_4000runs", key, "median"), low, high);

        // The rewards' own regret is the same on average: here within four standard errors of its noise, 500 pulls of variance 0.25 at most.
        var noise = 4 * Math.Sqrt(500 * 0.25 / runs.Count);
        Assert.InRange(runs.Average(run => run.RealizedRegret(0.9) - run.PseudoRegret), -noise, noise);
    }

    [Fact]
    public void Repeat_NoExploration_IsWorseThanEpsilonGreedy()
    {
        // M5: greedy sample means settle for the first arm that pays.
        var greedy = Run("greedy", 60).Average(run => run.PseudoRegret);
        var exploring = Run("epsilon_greedy", 60).Average(run => run.PseudoRegret);
        Assert.True(greedy > exploring + 20, $"greedy {greedy}, epsilon-greedy {exploring}");
    }

    [Fact]
    public void Repeat_SameSeed_IsTheSameToTheBitWhateverElseRuns()
    {
        using var env = TestEnvs.Make("BernoulliBandit-v0", 1);
        var one = BanditRun.Repeat(ThompsonSampling.Descriptor, new ThompsonSamplingOptions(), env, 50, 3, 7);
        var other = BanditRun.Repeat(ThompsonSampling.Descriptor, new ThompsonSamplingOptions(), env, 50, 2, 7);
        Assert.Equal(one[1].Rewards, other[1].Rewards);
        Assert.NotEqual(one[0].Rewards, one[1].Rewards);
        Assert.NotEqual(one[0].Rewards, BanditRun.Repeat(ThompsonSampling.Descriptor, new ThompsonSamplingOptions(), env, 50, 1, 8)[0].Rewards);
    }

    [Fact]
    public void Repeat_OfAnotherAlgorithm_IsRefused()
    {
        using var env = TestEnvs.Make("BernoulliBandit-v0", 1);
        Assert.Contains("DQN is no bandit algorithm", Assert.Throws<ArgumentException>(
            () => BanditRun.Repeat(Dqn.Descriptor, new DqnOptions(), env, 5, 1, 1)).Message, StringComparison.Ordinal);
        using var two = TestEnvs.Make("BernoulliBandit-v0", 2);
        Assert.Contains("not 2 and SameStep", Assert.Throws<ArgumentException>(
            () => BanditRun.Repeat(Ucb1.Descriptor, new Ucb1Options(), two, 5, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contextual_q")]
    [InlineData("linucb")]
    public void Repeat_ContextualBandit_LearnsEachContext(string name)
    {
        using var env = TestEnvs.Make("ContextualBandit-v0", 1);
        var descriptor = AlgorithmCatalog.Get(name);

        // The best arms pay 0.75, the best single arm 0.525; 3000 rounds, of which the last 500 are looked at.
        var runs = BanditRun.Repeat(descriptor, descriptor.DefaultOptions, env, 3000, 2, 1);
        Assert.InRange(runs.Average(run => run.MeanOfLast(500)), 0.69, 0.80);
    }

    [Fact]
    public void Repeat_RankingBandit_BeatsRankingsAtRandom()
    {
        using var env = TestEnvs.Make("RankingBandit-v0", 1);
        var runs = BanditRun.Repeat(EpsilonGreedy.Descriptor, new EpsilonGreedyOptions(), env, 3000, 4, 1);
        Assert.InRange(runs.Average(run => 0.9 - (run.Regrets.TakeLast(500).Average())), 0.75, 0.9);
    }

    [Theory]
    [InlineData(null, "sample_average")]
    [InlineData(0.1, "constant_alpha0.1")]
    public void EpsilonGreedy_Rewards_MoveTheValue(double? stepSize, string key)
    {
        var (rule, arms) = Create(new EpsilonGreedyRule(0, 0, stepSize, true), 1);
        foreach (var (reward, value) in Oracles.Numbers("bandits", "incremental_mean", "rewards").Zip(Oracles.Numbers("bandits", "incremental_mean", key)))
        {
            rule.Learn(arms, [], 0, reward, new Rng(1));
            Assert.Equal(value, arms["values"][0], 1e-12);
        }
    }

    [Fact]
    public void Ucb1_Index_IsTheHandWorkedOne()
    {
        var total = Oracles.Number("bandits", "ucb1_index", "t");
        var pulls = Oracles.Numbers("bandits", "ucb1_index", "mean").Zip(Oracles.Numbers("bandits", "ucb1_index", "n")).ToList();
        AssertClose(Oracles.Numbers("bandits", "ucb1_index", "index_sqrt(2ln t/n)"), Indices(new Ucb1Rule(Math.Sqrt(2))));
        AssertClose(Oracles.Numbers("bandits", "ucb1_index", "index_c2_SuttonBarto_c*sqrt(ln t/n)"), Indices(new Ucb1Rule(2)));

        List<double> Indices(Ucb1Rule rule) => [.. pulls.Select(arm => rule.Index(arm.First, arm.Second, total))];
    }

    [Fact]
    public void Ucb1_Untried_TriesEachArmOnceInOrder()
    {
        var (rule, arms) = Create(new Ucb1Rule(Math.Sqrt(2)), 3);
        var stream = new Rng(1);
        foreach (var expected in new[] { 0, 1, 2 })
        {
            var arm = rule.Choose(arms, [], stream);
            Assert.Equal(expected, arm);
            rule.Learn(arms, [], arm, 0, stream);
        }
    }

    [Fact]
    public void ThompsonSampling_Rewards_CountUpThePosterior()
    {
        var (rule, arms) = Create(new ThompsonSamplingRule(1, 1), 2);
        foreach (var (arm, reward) in new[] { (0, 1), (0, 1), (0, 0), (1, 0), (1, 1), (1, 0), (1, 0) })
        {
            rule.Learn(arms, [], arm, reward, new Rng(1));
        }

        Assert.Equal([3, 2], arms["alpha"].ToArray());
        Assert.Equal([2, 4], arms["beta"].ToArray());
        Assert.Contains("[0, 1]", Assert.Throws<GymBridgeException>(() => rule.Learn(arms, [], 0, 1.5, new Rng(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThompsonSampling_RewardBetween_CountsAsSuccessThatOften()
    {
        var (rule, arms) = Create(new ThompsonSamplingRule(1, 1), 1);
        var stream = new Rng(3);
        for (var i = 0; i < 4000; i++)
        {
            rule.Learn(arms, [], 0, 0.25, stream);
        }

        Assert.Equal(0.25, (arms["alpha"][0] - 1) / 4000, 0.025); // 3.6 standard deviations
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(0.5, 2.5)]
    [InlineData(40, 7)]
    public void BetaSampling_ManyDraws_HaveMeanAndVariance(double alpha, double beta)
    {
        var stream = new Rng(11);
        var draws = Enumerable.Range(0, 20_000).Select(_ => BetaSampling.Beta(stream, alpha, beta)).ToList();
        var posterior = new BetaPosterior(alpha, beta);
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(posterior.Mean, draws.Average(), 4 * Math.Sqrt(posterior.Variance / draws.Count));
        Assert.Equal(1, draws.Average(draw => Math.Pow(draw - posterior.Mean, 2)) / posterior.Variance, 0.08);
    }

    [Fact]
    public void ReinforceBandit_Steps_AreAdams()
    {
        var (rule, arms) = Create(new ReinforceBanditRule(0.05, 0.95), 3);
        using var logits = new TorchSharp.Modules.Parameter(torch.zeros(3, torch.ScalarType.Float64));
        using var adam = torch.optim.Adam([logits], 0.05);
        var baseline = 0.0;
        foreach (var (arm, reward) in new[] { (0, 1.0), (2, 0.0), (2, 1.0), (1, 1.0), (0, 0.0), (2, 1.0) })
        {
            rule.Learn(arms, [], arm, reward, new Rng(1));
            baseline = (0.95 * baseline) + (0.05 * reward);
            adam.zero_grad();
            (-(reward - baseline) * logits.log_softmax(0)[arm]).backward();
            adam.step();
            AssertClose(logits.data<double>().ToArray(), arms["logits"].ToArray());
        }
    }

    [Fact]
    public void LinUcb_Inverse_IsThatOfTheSummedContexts()
    {
        var (rule, arms) = Create(new LinUcbRule(1), 2, features: 2);
        var stream = new Rng(1);
        float[][] contexts = [[1, 0.5f], [-0.5f, 2], [1, 1]];
        foreach (var context in contexts)
        {
            rule.Learn(arms, context, 1, 2, stream);
        }

        // A = I + sum x x' = [[3.25, .5], [.5, 6.25]], its determinant 20.0625; b = 2 sum x = [3, 7].
        AssertClose([1, 0, 0, 1, 6.25 / 20.0625, -0.5 / 20.0625, -0.5 / 20.0625, 3.25 / 20.0625], arms["inverse"].ToArray());
        AssertClose([0, 0, 3, 7], arms["moments"].ToArray());

        // Nothing is known of arm 0: its bound is |x| = 1. Of arm 1, theta x = (6.25 * 3 - .5 * 7) / 20.0625 = .76, and .56 for what is not known.
        Assert.Equal(1, rule.Choose(arms, [1, 0], stream));
        Assert.Equal(1, rule.Best(arms, [1, 0]));
        Assert.Equal(0, rule.Best(arms, [-1, -1]));
    }

    [Fact]
    public void GradientBandit_Step_FollowsTheSampledGradient()
    {
        var (rule, arms) = Create(new GradientBanditRule(0.1), 2);
        rule.Learn(arms, [], 0, 1, new Rng(1));
        AssertClose([0, 0], arms["preferences"].ToArray());

        // The mean of 1 and 0 is .5: alpha (0 - .5) (e_1 - [.5, .5]).
        rule.Learn(arms, [], 1, 0, new Rng(1));
        AssertClose([0.025, -0.025], arms["preferences"].ToArray());
    }

    [Fact]
    public void Learn_ContextsDoNotMatter_ToABanditWithoutContexts()
    {
        using var env = TestEnvs.Make("ContextualBandit-v0", 1);
        var runs = BanditRun.Repeat(Ucb1.Descriptor, new Ucb1Options(), env, 3000, 2, 1);
        Assert.InRange(runs.Average(run => run.MeanOfLast(500)), 0.42, 0.58); // the best single arm pays .525
    }

    [Fact]
    public void Constructor_Networks_AreRefused()
    {
        using var env = TestEnvs.Make("BernoulliBandit-v0", 1);
        using var network = torch.nn.Linear(1, 5);
        Assert.Contains("UCB1 keeps tables and has no networks; leave out CustomNetworks.Policy", Assert.Throws<ArgumentException>(
            () => new Ucb1(env, networks: new CustomNetworks { Policy = network })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_ActionsThatAreNoArms_AreRefusedByName()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        Assert.Contains("UCB1 cannot act in the action space Box", Assert.Throws<NotSupportedException>(() => new Ucb1(env)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreNamedTogether()
    {
        var exception = Assert.Throws<ArgumentException>(() => new EpsilonGreedyOptions { Epsilon = 2, StepSize = 0, StepsPerReport = 0 }.Validate());
        Assert.Contains("Epsilon-greedy cannot run with these options: StepsPerReport must be at least 1, got 0; Epsilon must be between 0 and 1, got 2; StepSize", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_RegretOfTheEnvironment_IsSummedAndLogged()
    {
        using var env = TestEnvs.Make("BernoulliBandit-v0", 2, AutoresetMode.NextStep);
        using var run = new Ucb1(env, new Ucb1Options { StepsPerReport = 700 }, 1);
        var report = run.Update();
        Assert.Equal(run.PseudoRegret, report["rollout/pseudo_regret"]);
        Assert.Equal(1398, run.Timesteps); // each lane was reset once
        Assert.Equal(1398, run.Numbers("counts").Sum());
        Assert.Equal(run.PseudoRegret, run.Numbers("counts").Zip(Arms).Sum(arm => arm.First * (0.9 - arm.Second)), 1e-9);
    }

    private static IReadOnlyList<BanditRun> Run(string name, int runs)
    {
        using var env = TestEnvs.Make("BernoulliBandit-v0", 1);
        (AlgorithmDescriptor Algorithm, AlgorithmOptions Options) of = name switch
        {
            "optimistic" => (EpsilonGreedy.Descriptor, new EpsilonGreedyOptions { Epsilon = 0, InitialValue = 1, StepSize = 0.1 }),
            "uniform" => (EpsilonGreedy.Descriptor, new EpsilonGreedyOptions { Epsilon = 1 }),
            "greedy" => (EpsilonGreedy.Descriptor, new EpsilonGreedyOptions { Epsilon = 0 }),
            _ => (AlgorithmCatalog.Get(name), AlgorithmCatalog.Get(name).DefaultOptions),
        };
        return BanditRun.Repeat(of.Algorithm, of.Options, env, 500, runs, 1);
    }

    private static (T Rule, ArmTables Arms) Create<T>(T rule, int arms, int features = 1)
        where T : BanditRule
    {
        var tables = new ArmTables(arms, rule.Tables(features));
        rule.Start(tables);
        return (rule, tables);
    }

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }
}
