using GymBridge.Agents.Actions;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>PPO's other surrogates, masks and clipped values, and the hand-worked numbers of its loss.</summary>
public class PpoVariantsTests
{
    // A minibatch of four samples, worked in float64.
    private static readonly float[] LogProbabilities = [-1.0859393176684558f, -0.5421588491986965f, -0.6229740118834729f, -2.2989161848417257f];

    [Fact]
    public void Loss_HandWorkedMinibatch_MatchesTheOracle()
    {
        var minibatch = Minibatch([1, -0.5f, 0.3f, -1.2f]);
        var (loss, ratio, logRatio) = PpoLoss.PolicyLoss(tensor(LogProbabilities), minibatch, new PpoOptions(), 0.2);
        Assert.Equal(-0.05351250456521489, loss.item<float>(), 1e-6);
        Assert.Equal(0.020886470016300562, (ratio - 1 - logRatio).mean().item<float>(), 1e-6);
        var values = tensor(new[] { 0.9f, 0.4f, -0.1f, 0.55f });
        Assert.Equal(2 * 0.0190625, PpoLoss.ValueLoss(values, minibatch, new PpoOptions()).item<float>(), 1e-6);
        var clipped = new PpoOptions { ClipRangeValue = 0.2, ClipValueAsMaximum = true };
        Assert.Equal(2 * 0.0228125, PpoLoss.ValueLoss(values, minibatch, clipped).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(1, 0.5, 0.5, 1)]
    [InlineData(1, 1.1, 1.1, 1)]
    [InlineData(1, 1.5, 1.2, 0)]
    [InlineData(-1, 0.5, -0.8, 0)]
    [InlineData(-1, 0.9, -0.9, -1)]
    [InlineData(-1, 1.5, -1.5, -1)]
    public void Loss_ClipTable_MatchesTheOracle(float advantage, float ratio, float expected, float slope)
    {
        var log = tensor(new[] { MathF.Log(ratio) });
        log.requires_grad = true;
        var minibatch = new PpoMinibatch(zeros(1), zeros(1), zeros(1), zeros(1), tensor(new[] { advantage }), zeros(1));
        var (loss, _, _) = PpoLoss.PolicyLoss(log, minibatch, new PpoOptions { NormalizeAdvantage = false }, 0.2);
        Assert.Equal(expected, -loss.item<float>(), 1e-5);
        loss.backward();
        // d L / d ratio, by the chain rule from d L / d log ratio.
        Assert.Equal(slope, -log.grad!.item<float>() / ratio, 1e-5);
    }

    [Fact]
    public void Loss_OfTheEntropyAlone_RaisesIt()
    {
        // The bonus is added to the objective, and so subtracted from the loss: going down the loss has to raise the entropy.
        using var logits = new TorchSharp.Modules.Parameter(tensor(new[] { 1f, 0, -1 }, [1, 3]));
        var head = new CategoricalHead(new Discrete(3));
        var options = new PpoOptions { EntropyCoefficient = 0.5, NormalizeAdvantage = false };
        var before = head.Distribution(logits).Entropy().item<float>();
        using var optimizer = optim.SGD([logits], 0.5);
        for (var i = 0; i < 20; i++)
        {
            var distribution = head.Distribution(logits);
            var minibatch = new PpoMinibatch(zeros(1, 1), zeros(1, 1, ScalarType.Int64), zeros(1), zeros(1), zeros(1), zeros(1));
            var (loss, _) = PpoLoss.Compute(distribution, zeros(1), minibatch, options, 0.2);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        Assert.InRange(head.Distribution(logits).Entropy().item<float>(), before + 0.1, Math.Log(3) + 1e-5);
    }

    [Fact]
    public void Update_Report_HasWhatTellsAHealthyRunFromASickOne()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 32, HiddenSizes = [8] }, 1);
        var report = ppo.Update();
        foreach (var name in new[] { "train/clip_fraction", "train/approx_kl", "train/entropy_loss", "train/policy_gradient_loss", "train/value_loss", "train/explained_variance", "train/grad_norm" })
        {
            Assert.True(double.IsFinite(report[name]), name);
        }
    }

    [Fact]
    public void AdaptKlCoefficient_ObservedDivergences_HalveAndDoubleAsInTheOracle()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, new PpoOptions { Surrogate = PpoSurrogate.KlPenalty, AdaptiveKlTarget = 0.01 }, 1);
        var weights = new List<double>();
        foreach (var divergence in new[] { 0.004, 0.02, 0.012, 0.03 })
        {
            ppo.AdaptKlCoefficient(divergence);
            weights.Add(ppo.KlCoefficient);
        }

        Assert.Equal([0.5, 1, 1, 2], weights);
    }

    [Theory]
    [InlineData(PpoSurrogate.KlPenalty)]
    [InlineData(PpoSurrogate.Unclipped)]
    public void Learn_OtherSurrogate_ImprovesOnCartPole(PpoSurrogate surrogate)
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        using var ppo = new Ppo(env, TestEnvs.PpoCartPole with { Surrogate = surrogate, Epochs = 5, AdaptiveKlTarget = 0.01 }, 1);
        ppo.Learn(30_000);
        Assert.InRange(ppo.Episodes.MeanReturn, 60, 500);
    }

    [Fact]
    public void Learn_Unclipped_MovesFurtherThanClipped()
    {
        double MostKl(PpoSurrogate surrogate)
        {
            using var env = TestEnvs.Make("CartPole-v1", 8);
            using var ppo = new Ppo(env, TestEnvs.PpoCartPole with { Surrogate = surrogate }, 1);
            ppo.TotalTimesteps = 100_000;
            return Enumerable.Range(0, 30).Max(_ => ppo.Update()["train/approx_kl"]);
        }

        Assert.True(MostKl(PpoSurrogate.Unclipped) > 2 * MostKl(PpoSurrogate.Clip));
    }

    [Fact]
    public void Learn_TargetKl_EndsTheUpdateBeforeTheStep()
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        using var ppo = new Ppo(env, TestEnvs.PpoCartPole with { TargetKl = 0.002, LearningRate = 1e-2 }, 1);
        for (var i = 0; i < 5; i++)
        {
            // (ratio - 1) - log ratio is not negative, but for the rounding of float32.
            Assert.InRange(ppo.Update()["train/approx_kl"], -1e-7, 1.5 * 0.002);
        }
    }

    [Fact]
    public void Learn_Masks_NeverTakesAForbiddenActionNorDoesItsPolicy()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Lanes(2, () => new MaskedEnv());
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 64, MinibatchSize = 32, Epochs = 4, UseActionMasks = true, HiddenSizes = [8] }, 1);
        ppo.Learn(1024);
        Assert.True(ppo.Policy.Evaluate(env, 3, deterministic: false).MeanReturn > 0);
        ppo.Policy.Save(folder.Combine("policy.gym"));
        using var policy = Policy.Load(folder.Combine("policy.gym"));
        Assert.True(policy.Evaluate(env, 3).MeanReturn > 0);
    }

    [Fact]
    public void Learn_MasksAreMissing_SaysWhere()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, new PpoOptions { UseActionMasks = true }, 1);
        Assert.Contains("no 'action_mask'", Assert.Throws<GymBridgeException>(() => ppo.Update()).Message, StringComparison.Ordinal);
    }

    private static PpoMinibatch Minibatch(float[] advantages) => new(
        zeros(4, 1),
        zeros(4, 1),
        tensor(new[] { -1.2f, -0.7f, -0.4f, -2 }),
        tensor(new[] { 0.6f, 0.1f, 0, 0.5f }),
        tensor(advantages),
        tensor(new[] { 1, 0.2f, -0.3f, 0.8f }));

    /// <summary>One of three actions is allowed besides the first; a forbidden one fails the test.</summary>
    private sealed class MaskedEnv() : Env<float[], long>(new Box(-1, 1, [1]), new Discrete(3))
    {
        private int _step;

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _step = 0;
            return new([0], Mask());
        }

        protected override StepResult<float[]> OnStep(long action)
        {
            Assert.True(action == 0 || action == Allowed, $"Action {action} was forbidden.");
            _step++;
            return new([0], 1, _step == 5, false, Mask());
        }

        private int Allowed => 1 + (_step % 2);

        private Info Mask()
        {
            var mask = new NDArray(DType.Int8, 3);
            mask.Bytes[0] = 1;
            mask.Bytes[Allowed] = 1;
            return new Info { ["action_mask"] = mask };
        }
    }
}
