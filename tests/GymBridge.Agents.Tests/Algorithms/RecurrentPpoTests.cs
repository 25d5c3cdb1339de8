using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

public class RecurrentPpoTests
{
    private static readonly RecurrentPpoOptions Small = (RecurrentPpoOptions)SmallOptions.Of("recurrent_ppo");

    [Theory]
    [InlineData(AutoresetMode.SameStep, 1, 48)]
    [InlineData(AutoresetMode.SameStep, 2, 8)]
    [InlineData(AutoresetMode.SameStep, 1, 7)]
    [InlineData(AutoresetMode.NextStep, 1, 48)]
    [InlineData(AutoresetMode.NextStep, 1, 11)]
    public void Learn_WeightsThatActed_GiveTheLogProbabilitiesOfTheCollection(AutoresetMode mode, int layers, int minibatch)
    {
        // With no step size every minibatch sees the policy that acted: the ratio is 1 wherever sequences are cut, padded and begun anew.
        using var env = TestEnvs.Lanes(3, () => new ScriptedEnv([new(3), new(5, IsTruncated: true), new(20)]), mode);
        using var ppo = new RecurrentPpo(
            env, Small with { LearningRate = 1e-30, MinibatchSize = minibatch, Epochs = 2, LstmLayers = layers, NormalizeAdvantage = false }, 1);
        ppo.TotalTimesteps = 1000;
        for (var update = 0; update < 3; update++)
        {
            var report = ppo.Update();
            Assert.InRange(report["train/approx_kl"], -1e-6, 1e-6);
            Assert.Equal(0, report["train/clip_fraction"]);
            if (48 % minibatch == 0)
            {
                // Minibatches of one size: the mean of their means is that of all.
                Assert.Equal(1, report["train/value_loss"] / MeanSquareOfAdvantages(ppo), 1e-3);
            }
        }
    }

    [Fact]
    public void Collect_EpisodesThatLookTheSame_AreValuedTheSame()
    {
        // The observation holds the number of the episode; it is hidden here, so that only a state that was not cleared could tell them apart.
        using var env = TestEnvs.Lanes(1, () => new SamplingFreeEnv(4));
        using var ppo = new RecurrentPpo(env, Small, 1);
        ppo.Update();
        var values = ppo.Collector.Buffer.StateValues;
        Assert.Equal(values[..4], values[4..8]);
        Assert.Equal(4, values[..4].Distinct().Count());
        Assert.Equal([true, false, false, false, true], ppo.Collector.IsEpisodeStart[..5]);
    }

    [Fact]
    public void Collect_TruncatedEpisode_BootstrapsFromItsFinalObservationAndState()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(3, IsTruncated: true), new(3)]));
        using var ppo = new RecurrentPpo(env, Small with { RolloutSteps = 8 }, 1);
        using var again = TestEnvs.Lanes(1, () => new ScriptedEnv([new(3, IsTruncated: true), new(3)]));
        using var fresh = new RecurrentPpo(again, Small with { RolloutSteps = 8 }, 1);
        ppo.Update();
        var buffer = ppo.Collector.Buffer;
        Assert.Equal(buffer.StateValues[4], buffer.NextStateValues[3]);

        // The observations of the first episode, its final one included, through the network that acted.
        using var sequence = tensor(new float[] { 0, 0, 0, 1, 0, 2, 0, 3 }, [4, 1, 2]);
        var network = (RecurrentActorCriticNetwork)fresh.Policy.Module;
        using var zero = zeros(1, 1, Small.LstmHiddenSize);
        var expected = network.Values(network.Run(sequence, (zero, zero), (zero, zero)).Value).data<float>().ToArray();
        Assert.Equal(expected[2], buffer.StateValues[2], 1e-6);
        Assert.Equal(expected[3], buffer.NextStateValues[2], 1e-6);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Learn_EveryFormOfTheCritic_ResumesBitForBit(bool shares, bool hasCritic)
    {
        using var folder = new TemporaryFolder();
        var options = Small with { SharesLstm = shares, HasCriticLstm = hasCritic, LstmLayers = 2 };
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var run = new RecurrentPpo(env, options, 1);
        run.TotalTimesteps = 320;
        run.Update();
        run.Update();
        run.Save(folder.Combine("run.gym"));
        run.Learn(320);
        using var again = TestEnvs.Make("CartPole-v1", 2);
        using var resumed = RecurrentPpo.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        resumed.Learn(320);
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(resumed.Policy));
        Assert.Equal(hasCritic, run.Policy.Module.state_dict().Keys.Any(key => key.StartsWith("lstm_critic", StringComparison.Ordinal)));
    }

    [Fact]
    public void Predict_SameObservations_DependsOnTheEpisodeUntilItIsStartedAnew()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        using var run = new RecurrentPpo(env, Small, 1);
        run.Learn(64);
        float[] observation = [0.5f, 0.5f, 1];
        var first = run.Policy.Predict<float[], float[]>(observation);
        var second = run.Policy.Predict<float[], float[]>(observation);
        run.Policy.StartEpisode();
        Assert.True(run.Policy.HasMemory);
        Assert.NotEqual(first, second);
        Assert.Equal(first, run.Policy.Predict<float[], float[]>(observation));
    }

    [Fact]
    public void Learn_SignalToRemember_IsRememberedWhereAPolicyWithoutMemoryGuesses()
    {
        using var env = TestEnvs.Lanes(8, () => new RecallEnv(3));
        using var run = new RecurrentPpo(
            env,
            new RecurrentPpoOptions { RolloutSteps = 64, MinibatchSize = 128, Epochs = 4, LearningRate = 3e-3, LstmHiddenSize = 16, HiddenSizes = [16] },
            1);
        run.Learn(12_000);
        using var other = TestEnvs.Lanes(4, () => new RecallEnv(3));
        Assert.InRange(run.Policy.Evaluate(other, 100, 3).MeanReturn, 0.95, 1);

        using var blind = TestEnvs.Lanes(8, () => new RecallEnv(3));
        using var ppo = new Ppo(blind, new PpoOptions { RolloutSteps = 64, MinibatchSize = 128, Epochs = 4, LearningRate = 3e-3, HiddenSizes = [16] }, 1);
        ppo.Learn(12_000);
        Assert.InRange(ppo.Policy.Evaluate(other, 100, 3).MeanReturn, 0.3, 0.7);
    }

    [Fact]
    public void Constructor_WrongOptions_SaysAll()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var error = Assert.Throws<ArgumentException>(() => new RecurrentPpo(env, Small with { LstmLayers = 0, LstmHiddenSize = 0, SharesLstm = true }));
        Assert.Contains("LstmHiddenSize must be between 1 and 4096, got 0; LstmLayers must be between 1 and 16, got 0; HasCriticLstm must be false where SharesLstm is true", error.Message, StringComparison.Ordinal);
    }

    private static double MeanSquareOfAdvantages(RecurrentPpo ppo)
    {
        var buffer = ppo.Collector.Buffer;
        return Enumerable.Range(0, buffer.Count).Where(i => buffer.IsTransition[i]).Average(i => (double)buffer.Advantages[i] * buffer.Advantages[i]);
    }

    /// <summary>Episodes of a length whose observation is the number of the step.</summary>
    private sealed class SamplingFreeEnv(int length) : Env<float[], long>(new GymBridge.Spaces.Box(-100, 100, [1]), new GymBridge.Spaces.Discrete(2))
    {
        private int _step;

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _step = 0;
            return new([0]);
        }

        protected override StepResult<float[]> OnStep(long action) => new([++_step], 1, _step == length);
    }
}
