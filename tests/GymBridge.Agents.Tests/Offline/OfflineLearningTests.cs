using GymBridge.Agents.Offline;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;
using TorchSharp;

namespace GymBridge.Agents.Tests.Offline;

/// <summary>Learning from a set of transitions alone: behaviour cloning and conservative Q-learning.</summary>
public class OfflineLearningTests
{
    [Fact]
    public void BehaviorCloning_OfAChancyPolicy_LearnsItsProbabilities()
    {
        // Where action 1 is taken three times of four, the best likelihood is the entropy of (1/4, 3/4).
        var data = new OfflineDataset(new Discrete(2), new Discrete(2));
        for (var i = 0; i < 400; i++)
        {
            data.Add(i % 2 == 0 ? [1, 0] : [0, 1], i % 2 == 0 ? (i % 8 == 0 ? 0 : 1) : 0, 0, [1, 0], false);
        }

        var report = BehaviorCloning.Fit(data, new OfflineOptions { HiddenSizes = [], LearningRate = 0.05, Epochs = 40 }, 1);
        using var policy = report.Policy;
        Assert.Equal([250, 150], data.ActionCounts);
        Assert.Equal(0.5 * 0.5623351446188083, report.Losses[^1], 0.02);
        Assert.True(report.Losses[^1] < report.Losses[0]);
        Assert.Equal((1, 0), (policy.Predict<long, long>(0), policy.Predict<long, long>(1)));
    }

    [Fact]
    public void BehaviorCloning_OfAGoodPolicy_IsAsGoodOnGridWorld()
    {
        using var env = TestEnvs.Make("GridWorld-v0", 4);
        using var teacher = Teacher(env);
        var data = OfflineDataset.Collect(env, teacher, 400, 2, deterministic: true);
        var report = BehaviorCloning.Fit(data, new OfflineOptions { HiddenSizes = [], LearningRate = 0.1 }, 1);
        using var policy = report.Policy;
        Assert.Equal(0.95, policy.Evaluate(env, 5, 1).MeanReturn, 1e-9);
        Assert.Equal("behavior_cloning", policy.Algorithm);
    }

    [Fact]
    public void ConservativeQ_OnRandomSteps_FindsTheShortestWay()
    {
        using var env = TestEnvs.Make("GridWorld-v0", 4);
        var data = OfflineDataset.Collect(env, null, 3000, 3);
        var options = new ConservativeQOptions
        {
            HiddenSizes = [],
            LearningRate = 0.01,
            Conservatism = 0.05,
            Gamma = 0.9,
            Epochs = 30,
            TargetUpdateInterval = 20,
        };
        using var policy = ConservativeQ.Fit(data, options, 1).Policy;
        Assert.Equal(0.95, policy.Evaluate(env, 5, 1).MeanReturn, 1e-9);
    }

    [Fact]
    public void ConservativeQ_ActionNobodyTried_IsValuedBelowPlainQLearning()
    {
        // One state, two actions, of which the set has the first alone, with the reward 0.5.
        var data = new OfflineDataset(new Discrete(1), new Discrete(2));
        for (var i = 0; i < 64; i++)
        {
            data.Add([1], 0, 0.5, [1], true);
        }

        var (plain, conservative) = (Untried(0), Untried(0.5));
        Assert.True(conservative < plain - 0.5, $"plain {plain}, conservative {conservative}");

        double Untried(double conservatism)
        {
            using var policy = ConservativeQ.Fit(
                data, new ConservativeQOptions { HiddenSizes = [], LearningRate = 0.05, Conservatism = conservatism, Epochs = 100 }, 1).Policy;
            using var values = policy.Module.Outputs(torch.ones(1, 1));
            return values.data<float>()[1];
        }
    }

    [Fact]
    public void ConservativeQ_Loss_IsTheHandWorkedOneAndItsGradientIsSoftmaxLessTheAction()
    {
        using var values = torch.tensor(new[] { 1.0, 2.0, 0.0 }, [1, 3], torch.ScalarType.Float64).requires_grad_();
        using var actions = torch.tensor([0L], [1, 1]);
        using var targets = torch.tensor([0.5]);
        using var loss = ConservativeQ.Loss(values, actions, targets, 2);
        var sum = Math.Exp(1) + Math.Exp(2) + 1;
        Assert.Equal(0.25 + (2 * (Math.Log(sum) - 1)), loss.item<double>(), 1e-9);
        loss.backward();
        double[] expected = [(2 * 0.5) + (2 * ((Math.Exp(1) / sum) - 1)), 2 * Math.Exp(2) / sum, 2 / sum];
        Assert.All(expected.Zip(values.grad!.data<double>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameWeightsAndAFileActsTheSame()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        var digests = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var data = OfflineDataset.Collect(env, null, 200, 9);
            using var cloned = BehaviorCloning.Fit(data, new OfflineOptions { Epochs = 2 }, 4).Policy;
            using var valued = ConservativeQ.Fit(data, new ConservativeQOptions { Epochs = 2 }, 4).Policy;
            cloned.Save(folder.Combine("cloned.gym"));
            using var loaded = Policy.Load(folder.Combine("cloned.gym"));
            Assert.Equal(UpdateDigest.OfWeights(cloned), UpdateDigest.OfWeights(loaded));
            digests.Add(UpdateDigest.OfWeights(cloned) + UpdateDigest.OfWeights(valued));
        }

        Assert.Equal(digests[0], digests[1]);
    }

    [Fact]
    public void Collect_EndsOfEpisodes_KeepTheFinalObservationAndOnlyRealEnds()
    {
        // Episodes of 2 steps, of which every second is only cut: what comes next is the final observation, not the reset one.
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(2), new(2, IsTruncated: true)]));
        var data = OfflineDataset.Collect(env, null, 4, 1);
        Assert.Equal([0, 0, 0, 1, 1, 0, 1, 1], data.Observations);
        Assert.Equal([0, 1, 0, 2, 1, 1, 1, 2], data.NextObservations);
        Assert.Equal([false, true, false, false], data.Terminated);
    }

    [Fact]
    public void Fit_NothingToLearnFrom_SaysSo()
    {
        var data = new OfflineDataset(new Discrete(1), new Discrete(2));
        Assert.Contains("no transitions", Assert.Throws<ArgumentException>(() => BehaviorCloning.Fit(data)).Message, StringComparison.Ordinal);
        Assert.Contains("Gamma must be between 0 and 1, got 2", Assert.Throws<ArgumentException>(() => ConservativeQ.Fit(data, new ConservativeQOptions { Gamma = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("an action of 0 to 1 and a finite reward, got 2 and 0", Assert.Throws<ArgumentException>(() => data.Add([1], 2, 0, [1], false)).Message, StringComparison.Ordinal);
        Assert.Contains("has 1 features, got 2 and 1", Assert.Throws<ArgumentException>(() => data.Add([1, 2], 0, 0, [1], false)).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => new OfflineDataset(new Discrete(1), new Box(0, 1, [1])));
    }

    /// <summary>A policy that walks right and then down.</summary>
    private static Policy Teacher(VectorEnv env)
    {
        var data = new OfflineDataset(env.SingleObservationSpace, env.SingleActionSpace);
        for (var state = 0; state < 16; state++)
        {
            var features = new float[16];
            features[state] = 1;
            for (var i = 0; i < 8; i++)
            {
                data.Add(features, state % 4 < 3 ? 1 : 2, 0, features, false);
            }
        }

        return BehaviorCloning.Fit(data, new OfflineOptions { HiddenSizes = [], LearningRate = 0.1 }, 1).Policy;
    }
}
