using GymBridge.Agents.Actions;
using GymBridge.Agents.Formulas;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>PPO's other surrogates, masks and clipped values, and the hand-worked numbers of its loss.</summary>
public class PpoVariantsTests
{
    [Fact]
    public void Compute_HandWorkedMinibatch_HasTheOraclesLossesAndGradients()
    {
        using var scope = NewDisposeScope();
        var minibatch = Minibatch();
        using var logits = new TorchSharp.Modules.Parameter(Oracle("logits").reshape(4, 3));
        using var values = new TorchSharp.Modules.Parameter(Oracle("v_new"));
        var clip = Oracles.Number("ppo_minibatch", "clip");

        // The oracle's value loss has a factor of one half in it.
        var options = new PpoOptions
        {
            ClipRangeValue = clip,
            ClipValueAsMaximum = true,
            EntropyCoefficient = Oracles.Number("ppo_minibatch", "ent_coef"),
            ValueCoefficient = Oracles.Number("ppo_minibatch", "vf_coef") / 2,
        };
        var distribution = new CategoricalHead(new Discrete(3)).Distribution(logits);
        var (loss, parts) = PpoLoss.Compute(distribution, values, minibatch, options, clip);
        AssertClose("loss", loss);
        Assert.Equal(Oracles.Number("ppo_minibatch", "pg_loss"), parts.PolicyLoss, 1e-6);
        Assert.Equal(2 * Oracles.Number("ppo_minibatch", "v_loss_clipped"), parts.ValueLoss, 1e-6);
        Assert.Equal(-Oracles.Number("ppo_minibatch", "entropy"), parts.EntropyLoss, 1e-6);
        Assert.Equal(Oracles.Number("ppo_minibatch", "k3_kl"), parts.ApproximateKl, 1e-6);
        Assert.Equal(Oracles.Number("ppo_minibatch", "clipfrac"), parts.ClipFraction, 1e-6);

        loss.backward();
        AssertClose("grad_logits", logits.grad!);
        AssertClose("grad_v", values.grad!);
        var norm = nn.utils.clip_grad_norm_([logits, values], 0.5);
        Assert.Equal(Oracles.Number("ppo_minibatch", "grad_global_norm"), norm, 1e-6);
        Assert.Equal(1, Oracles.Number("ppo_minibatch", "clip_scale_max0.5"));
        AssertClose("grad_logits", logits.grad!);
    }

    [Fact]
    public void PolicyLoss_HandWorkedMinibatch_HasTheOraclesRatiosAndDivergences()
    {
        using var scope = NewDisposeScope();
        var (minibatch, options) = (Minibatch(), new PpoOptions());
        var log = new CategoricalHead(new Discrete(3)).Distribution(Oracle("logits").reshape(4, 3)).LogProbability(minibatch.Actions);
        AssertClose("logp", log);
        var (_, ratio, _) = PpoLoss.PolicyLoss(log, minibatch, options, Oracles.Number("ppo_minibatch", "clip"));
        AssertClose("ratio", ratio);
        AssertClose("k1_kl", KlEstimators.K1(minibatch.OldLogProbabilities, log).mean());
        AssertClose("k2_kl", KlEstimators.K2(minibatch.OldLogProbabilities, log).mean());
        AssertClose("k3_kl", KlEstimators.K3(minibatch.OldLogProbabilities, log).mean());
        Assert.Equal(2 * Oracles.Number("ppo_minibatch", "v_loss_unclipped"), PpoLoss.ValueLoss(Oracle("v_new"), minibatch, options).item<float>(), 1e-6);
        Assert.Equal(
            Oracles.Number("ppo_minibatch", "explained_variance(v_old,ret)"),
            Statistics.ExplainedVariance(minibatch.OldValues.data<float>().ToArray(), minibatch.Returns.data<float>().ToArray()),
            1e-6);

        // Where every ratio is 1 the slope of the loss over log pi is -A / n.
        var same = minibatch.OldLogProbabilities.clone().requires_grad_();
        PpoLoss.PolicyLoss(same, minibatch, options, 0.2).Loss.backward();
        AssertClose("adv_norm", same.grad! * -4);
    }

    [Fact]
    public void Loss_ClipTable_MatchesTheOracle()
    {
        var rows = Oracles.Numbers("ppo_clip_table_eps0.2[A,rho,L,dL/drho]").Chunk(4).ToList();
        Assert.Equal(14, rows.Count);
        foreach (var (advantage, ratio, expected, slope) in rows.Select(row => ((float)row[0], (float)row[1], row[2], row[3])))
        {
            using var scope = NewDisposeScope();
            var log = LogOf(ratio).requires_grad_();
            var minibatch = new PpoMinibatch(zeros(1), zeros(1), zeros(1), zeros(1), tensor(new[] { advantage }), zeros(1));
            var (loss, _, _) = PpoLoss.PolicyLoss(log, minibatch, new PpoOptions { NormalizeAdvantage = false }, 0.2);
            Assert.Equal(expected, -loss.item<float>(), 1e-5);
            loss.backward();

            // d L / d ratio, by the chain rule from d L / d log ratio.
            Assert.Equal(slope, -log.grad!.item<float>() / ratio, 1e-5);
        }
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
        var options = new PpoOptions
        {
            Surrogate = PpoSurrogate.KlPenalty,
            AdaptiveKlTarget = Oracles.Number("ppo_adaptive_kl", "target"),
            KlCoefficient = Oracles.Number("ppo_adaptive_kl", "beta0"),
        };
        using var ppo = new Ppo(env, options, 1);
        var weights = new List<double>();
        foreach (var divergence in Oracles.Numbers("ppo_adaptive_kl", "observed_d"))
        {
            ppo.AdaptKlCoefficient(divergence);
            weights.Add(ppo.KlCoefficient);
        }

        Assert.Equal(Oracles.Numbers("ppo_adaptive_kl", "betas"), weights);
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

    private static PpoMinibatch Minibatch() => new(
        zeros(4, 1),
        Oracle("actions").to_type(ScalarType.Int64).unsqueeze(1),
        Oracle("logp_old"),
        Oracle("v_old"),
        Oracle("adv_raw"),
        Oracle("returns"));

    private static Tensor Oracle(string key) => tensor(Array.ConvertAll(Oracles.Numbers("ppo_minibatch", key), value => (float)value));

    private static void AssertClose(string key, Tensor actual)
    {
        var got = actual.detach().flatten().data<float>().ToArray();
        var expected = Oracles.Numbers("ppo_minibatch", key);
        Assert.Equal(expected.Length, got.Length);
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    /// <summary>The float32 whose exponential is a ratio to the bit: at a bound the slope hangs on it.</summary>
    private static Tensor LogOf(float ratio)
    {
        var log = MathF.Log(ratio);
        for (var i = 0; i < 4; i++)
        {
            log = MathF.BitDecrement(log);
        }

        while (tensor(new[] { log }).exp().item<float>() < ratio)
        {
            log = MathF.BitIncrement(log);
        }

        return tensor(new[] { log });
    }

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
