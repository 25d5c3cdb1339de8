using GymBridge.Agents.Completions;
using GymBridge.Agents.Options;
using GymBridge.Agents.Reproducibility;
using GymBridge.Environments.Teaching;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Short forms of the acceptance rows of methods that learn from completions, on exact values: bounds that a broken method does not reach.</summary>
public class AlignmentTests
{
    private static readonly PreferenceTask Task = new();
    private static readonly TokenTree Tree = new(TokenProblems.Of(Task));
    private static readonly double[] Gold = Tree.Rewards(Task.GoldReward);
    private static readonly List<PreferenceExample> Preferences = TokenProblems.Preferences(Task);

    [Fact]
    public void RewardLearner_FourEpochs_RanksHeldOutPairs()
    {
        using var learner = new RewardLearner(Tree.Problem, Preferences[..3600], seed: 1);
        learner.Learn(4);
        var (loss, accuracy) = learner.Evaluate(Preferences[3600..]);
        Assert.InRange(loss, 0.55, 0.65);
        Assert.InRange(accuracy, 0.61, 0.70);
        Assert.InRange(learner.Evaluate(TokenProblems.GoldRanking(Task, Preferences[3600..])).Accuracy, 0.80, 1);
    }

    [Fact]
    public void RewardLearner_WithCentring_GivesRewardsAroundZero()
    {
        Assert.InRange(Math.Abs(MeanScore(1)), 0, 0.25);
        Assert.True(Math.Abs(MeanScore(1)) < Math.Abs(MeanScore(0)) || Math.Abs(MeanScore(0)) < 0.05);

        static double MeanScore(double centring)
        {
            using var learner = new RewardLearner(Tree.Problem, Preferences[..3600], new RewardModelOptions { Centring = centring }, 2);
            learner.Learn(4);
            return Tree.Evaluate(Tree.Reference, Tree.Rewards(Scorer(learner.Model))).Score;
        }
    }

    [Theory]
    [InlineData(FeatureNetworkKind.Auto, 10, 1.5)]
    [InlineData(FeatureNetworkKind.Transformer, 3, 1.1)]
    public void Dpo_EveryNetwork_GoesFromTheReferenceTowardsTheOptimum(FeatureNetworkKind network, int epochs, double threshold)
    {
        using var learner = new Dpo(Tree.Problem, Preferences[..3600], new DpoOptions { KlCoefficient = 0.5, Network = network }, 1);
        Assert.Equal(Math.Log(2), learner.Evaluate(Preferences[3600..]).Loss, 1e-6);
        learner.Learn(epochs);
        Assert.InRange(Objective(learner.Policy, 0.5), threshold, 2.0264);
        Assert.InRange(learner.Evaluate(Preferences[3600..]).Loss, 0.55, 0.6931);
        Assert.InRange(learner.Evaluate(TokenProblems.GoldRanking(Task, Preferences[3600..])).Accuracy, threshold > 1.4 ? 0.80 : 0.65, 1);
    }

    [Theory]
    [InlineData(PreferenceLoss.Sigmoid, 0.1)]
    [InlineData(PreferenceLoss.Ipo, 0)]
    public void Dpo_OtherLosses_LearnToo(PreferenceLoss loss, double smoothing)
    {
        using var learner = new Dpo(Tree.Problem, Preferences[..3600], new DpoOptions { KlCoefficient = 0.5, Loss = loss, LabelSmoothing = smoothing }, 1);
        learner.Learn(4);
        Assert.InRange(Objective(learner.Policy, 0.5), 1.15, 2.0264);
    }

    [Fact]
    public void Policies_BeforeTheFirstUpdate_AreTheReference()
    {
        using var env = TestEnvs.Make("TokenPreference-v0", 4);
        foreach (var network in new[] { FeatureNetworkKind.OneHot, FeatureNetworkKind.Transformer })
        {
            using var run = new RlhfPpo(env, new RlhfPpoOptions { Network = network }, 1);
            Assert.Equal(0, Tree.Evaluate(Tree.LogProbabilities(run.Policy), Gold).Kl, 1e-6);
        }
    }

    [Theory]
    [InlineData(0.5, 60, 1.88)]
    [InlineData(1.0, 60, 1.36)]
    public void RlhfPpo_OnTheHiddenReward_ComesNearTheExactOptimum(double beta, int updates, double threshold)
    {
        using var env = TestEnvs.Make("TokenPreference-v0", 256);
        using var run = new RlhfPpo(env, new RlhfPpoOptions { KlCoefficient = beta }, 1);
        Train(run, updates);
        Assert.InRange(Objective(run.Policy, beta), threshold, 2.0264);
    }

    [Fact]
    public void RlhfPpo_ByTheTransformer_LearnsToo()
    {
        using var env = TestEnvs.Make("TokenPreference-v0", 64);
        using var run = new RlhfPpo(env, new RlhfPpoOptions { KlCoefficient = 0.5, Network = FeatureNetworkKind.Transformer, HiddenSizes = [], Epochs = 2 }, 1);
        Train(run, 40);
        Assert.InRange(Objective(run.Policy, 0.5), 1.15, 2.0264);
    }

    /// <summary>From preferences to a reward model to a policy, the hidden reward never seen.</summary>
    [Fact]
    public void RlhfPpo_OnALearnedReward_EarnsTheHiddenOne()
    {
        using var folder = new TemporaryFolder();
        using (var learner = new RewardLearner(Tree.Problem, Preferences, seed: 1))
        {
            learner.Learn(4);
            learner.Model.Save(folder.Combine("reward.gym"));
        }

        using var env = TestEnvs.Make("TokenPreference-v0", 256);
        using var run = new RlhfPpo(env, new RlhfPpoOptions { KlCoefficient = 0.5, RewardModel = folder.Combine("reward.gym") }, 1);
        Train(run, 50);
        var (score, kl) = Tree.Evaluate(Tree.LogProbabilities(run.Policy), Gold);
        Assert.InRange(score, 1.6, 4);
        Assert.InRange(kl, 0, 1.5);
    }

    [Theory]
    [InlineData(GroupScaling.Centred)]
    [InlineData(GroupScaling.Scaled)]
    public void Grpo_WithK3InTheLoss_GainsAndStaysNearTheReference(GroupScaling scaling)
    {
        using var env = TestEnvs.Make("TokenPreference-v0", 256);
        using var run = new Grpo(env, new GrpoOptions { KlCoefficient = 0.5, Scaling = scaling, HiddenSizes = [128, 128], Activation = Activation.Tanh }, 1);
        Train(run, 60);
        Assert.InRange(Objective(run.Policy, 0.5), 1.5, 2.0264);
    }

    [Fact]
    public void Rloo_WithThePenaltyInTheReward_ComesNearTheExactOptimum()
    {
        using var env = TestEnvs.Make("TokenPreference-v0", 256);
        using var run = new Rloo(env, new RlooOptions { KlCoefficient = 0.5, HiddenSizes = [128, 128], Activation = Activation.Tanh, Epochs = 2 }, 1);
        Train(run, 60);
        Assert.InRange(Objective(run.Policy, 0.5), 1.75, 2.0264);
    }

    /// <summary>K1: with the prompt alone for a state no policy writes an answer of two tokens in more than a quarter of the cases.</summary>
    [Theory]
    [InlineData(false, 120, 0.9, 1)]
    [InlineData(true, 60, 0, 0.25)]
    public void Grpo_OnParity_SolvesItUnlessTheStateIsThePromptAlone(bool isPromptOnly, int updates, double low, double high)
    {
        var kwargs = new Info { ["prompt_only"] = isPromptOnly };
        using var env = TestEnvs.Registry.MakeVec("TokenParity-v0", 256, TestEnvs.SameStep with { Kwargs = kwargs });
        using var sparse = TestEnvs.Registry.MakeVec("TokenParity-v0", 16, TestEnvs.SameStep with { Kwargs = new Info { ["sparse"] = true, ["prompt_only"] = isPromptOnly } });
        using var run = new Grpo(env, new GrpoOptions { EntropyCoefficient = 0.05, GroupOption = "prompt" }, 1);
        Train(run, updates);
        Assert.InRange(run.Policy.Evaluate(sparse, 200, 5, deterministic: !isPromptOnly).MeanReturn, low, high + 0.05);
    }

    [Fact]
    public void Grpo_GroupsOfLanes_StartFromOnePromptEach()
    {
        using var env = TestEnvs.Make("TokenSorting-v0", 12);
        using var run = new Grpo(env, new GrpoOptions { GroupSize = 4, HiddenSizes = [8] }, 1);
        using var numbered = TestEnvs.Make("TokenSorting-v0", 12);
        using var option = new Grpo(numbered, new GrpoOptions { GroupSize = 4, HiddenSizes = [8], GroupOption = "prompt" }, 1);
        run.Update();
        option.Update();
        var first = Prompts(run);
        Assert.All(first.Chunk(4), group => Assert.Single(group.Distinct()));
        Assert.Equal(3, first.Distinct().Count());
        Assert.Equal(["0,0,0,11", "0,0,1,11", "0,0,2,11"], Prompts(option).Distinct());
        run.Update();
        Assert.NotEqual(first, Prompts(run));

        static List<string> Prompts(Grpo run)
        {
            var observations = run.LastRollout.Fields[0];
            return [.. Enumerable.Range(0, 12).Select(lane => string.Join(',', observations.Format(0, lane).Trim('[', ']').Split(", ")[..4]))];
        }
    }

    [Fact]
    public void Grpo_LanesThatAreNoWholeGroups_AreRefused()
    {
        using var env = TestEnvs.Make("TokenParity-v0", 10);
        Assert.Contains("--n-envs 8", Assert.Throws<ArgumentException>(() => new Grpo(env, new GrpoOptions { GroupSize = 4 }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("no whole number", Assert.Throws<ArgumentException>(() => new Rloo(env, seed: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Learners_StoppedAndLoaded_GoOnBitForBit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        var some = Preferences[..400];
        using (var whole = new Dpo(Tree.Problem, some, seed: 3))
        using (var part = new Dpo(Tree.Problem, some, seed: 3))
        {
            whole.Learn(3);
            part.Learn(1);
            part.Save(path);
            using var resumed = Dpo.Load(path, Tree.Problem, some);
            resumed.Learn(3);
            Assert.Equal(UpdateDigest.OfWeights(whole.Policy), UpdateDigest.OfWeights(resumed.Policy));
            Assert.Equal(1200, resumed.Examples);
        }

        using (var whole = new RewardLearner(Tree.Problem, some, seed: 3))
        using (var part = new RewardLearner(Tree.Problem, some, seed: 3))
        {
            whole.Learn(3);
            part.Learn(1);
            part.Save(path);
            using var resumed = RewardLearner.Load(path, Tree.Problem, some);
            resumed.Learn(3);
            Assert.Equal(whole.Evaluate(some), resumed.Evaluate(some));
            whole.Save(path);
            using var model = RewardModel.Load(path);
            Assert.Equal(Scorer(whole.Model)(1, [2, 3, 14]), Scorer(model)(1, [2, 3, 14]));
        }

        using (var whole = new ExactPolicyGradient(Tree, Task.GoldReward))
        using (var part = new ExactPolicyGradient(Tree, Task.GoldReward))
        {
            whole.Learn(6);
            part.Learn(2);
            part.Save(path);
            using var resumed = ExactPolicyGradient.Load(path, Tree, Task.GoldReward);
            resumed.Learn(6);
            Assert.Equal(whole.LogProbabilities(), resumed.LogProbabilities());
            Assert.Contains("not of dpo", Assert.Throws<InvalidDataException>(() => Dpo.Load(path, Tree.Problem, some)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Learners_BadInput_IsRefusedByName()
    {
        Assert.Contains("no preferences", Assert.Throws<ArgumentException>(() => new Dpo(Tree.Problem, [])).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 15]", Assert.Throws<ArgumentException>(() => new Dpo(Tree.Problem, [new(0, [3, 15], [1])])).Message, StringComparison.Ordinal);
        Assert.Contains("Prompt 4", Assert.Throws<ArgumentException>(() => new RewardLearner(Tree.Problem, [new(4, [3], [1])])).Message, StringComparison.Ordinal);
        Assert.Contains("LabelSmoothing", Assert.Throws<ArgumentException>(() => new Dpo(Tree.Problem, Preferences, new DpoOptions { LabelSmoothing = 0.5 })).Message, StringComparison.Ordinal);
        using var env = TestEnvs.Make("CartPole-v1", 2);
        Assert.Contains("no window of tokens", Assert.Throws<ArgumentException>(() => new RlhfPpo(env, new RlhfPpoOptions { Network = FeatureNetworkKind.OneHot }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "learns from data", Assert.Throws<NotSupportedException>(() => Dpo.Descriptor.Create(env, new DpoOptions(), 1)).Message, StringComparison.Ordinal);
    }

    private static CompletionProblem.Reward Scorer(RewardModel model) => (prompt, completion) =>
    {
        var window = new float[Tree.Problem.Window];
        Tree.Problem.Write(prompt, completion, window);
        var score = new double[1];
        model.Score(window, score);
        return score[0];
    };

    private static void Train(Algorithm run, int updates)
    {
        for (var i = 0; i < updates; i++)
        {
            run.Update();
        }
    }

    private static double Objective(Policy policy, double beta)
    {
        var (score, kl) = Tree.Evaluate(Tree.LogProbabilities(policy), Gold);
        return score - (beta * kl);
    }
}
