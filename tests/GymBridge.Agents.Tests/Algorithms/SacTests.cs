using System.Text.Json;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Distributions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

public class SacTests
{
    private static readonly SacOptions Small = new() { LearningStarts = 16, BatchSize = 8, BufferSize = 300, HiddenSizes = [8], StepsPerReport = 10 };

    /// <summary>Stable-Baselines3 2.9.2's SAC on Pendulum: its batches and noise give its actor, critics, targets, temperature and losses.</summary>
    [Fact]
    public void Learn_OnStableBaselines3Batches_GivesItsParametersAndLosses()
    {
        using var document = ReplayGolden.Load("sac_pendulum.json");
        var root = document.RootElement;
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        using var sac = new Sac(env, Small with { HiddenSizes = [16, 16], LearningRate = 1e-2 }, 0);
        foreach (var item in root.GetProperty("actor")[0].EnumerateObject().Concat(root.GetProperty("critic")[0].EnumerateObject()))
        {
            ReplayGolden.SetParameter(sac, item.Name, item.Value);
        }

        sac.UpdateTarget(1);
        Assert.Equal(root.GetProperty("target_entropy").GetDouble(), sac.TargetEntropy);
        using var batch = ReplayGolden.Batch(sac, 8);
        var i = 0;
        foreach (var update in root.GetProperty("updates").EnumerateArray())
        {
            i++;
            ReplayGolden.Fill(batch, update.GetProperty("batch"), root.GetProperty("gamma").GetDouble());
            Assert.Equal(update.GetProperty("log").GetProperty("train/ent_coef").GetDouble(), sac.Temperature, 1e-5);
            using var noise = TorchGolden.Tensor(update.GetProperty("noise")[0]);
            using var next = TorchGolden.Tensor(update.GetProperty("noise")[1]);
            var (actor, critic, temperature) = sac.Learn(batch, noise, next, 1e-2);
            AssertClose(update.GetProperty("log").GetProperty("train/actor_loss").GetDouble(), actor);
            AssertClose(update.GetProperty("log").GetProperty("train/critic_loss").GetDouble(), critic);
            AssertClose(update.GetProperty("log").GetProperty("train/ent_coef_loss").GetDouble(), temperature);
            foreach (var item in root.GetProperty("actor")[i].EnumerateObject().Concat(root.GetProperty("critic")[i].EnumerateObject()))
            {
                ReplayGolden.AssertParameter(sac, item.Name, item.Value);
            }

            using (sac.TargetInPlace())
            {
                foreach (var item in root.GetProperty("critic_target")[i].EnumerateObject())
                {
                    ReplayGolden.AssertParameter(sac, item.Name, item.Value);
                }
            }

            Assert.Equal(root.GetProperty("log_ent_coef")[i].GetDouble(), Math.Log(sac.Temperature), 1e-6);
        }

        Assert.Equal(5, i);
    }

    [Theory]
    [InlineData(false, "y")]
    [InlineData(true, "y_terminated")]
    public void Targets_HandNumbers_AreThoseOfTheEquation(bool terminated, string key)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-1, 1, [1]), new Box(-1, 1, [1])));
        using var sac = new Sac(env, Small with { HiddenSizes = [], EntropyCoefficient = Target("alpha") }, 0);
        using (no_grad())
        {
            foreach (var parameter in sac.Policy.Module.parameters())
            {
                parameter.zero_();
            }

            // At mean 0 and noise 0 log pi = -s - log(2 pi) / 2.
            sac.Policy.Module.get_parameter("log_std.bias")!.fill_(-Target("logp") - (0.5 * Math.Log(2 * Math.PI)));
            sac.Policy.Module.get_parameter("qf0.0.bias")!.fill_(Target("q1"));
            sac.Policy.Module.get_parameter("qf1.0.bias")!.fill_(Target("q2"));
        }

        sac.UpdateTarget(1);
        using var batch = ReplayGolden.Batch(sac, 1);
        ReplayBatch.Floats(batch.Rewards)[0] = (float)Target("r");
        ReplayBatch.Floats(batch.Discounts)[0] = terminated ? 0 : (float)Target("gamma");
        using var noise = zeros(1, 1);
        using var targets = sac.Targets(batch, noise, sac.Temperature);
        Assert.Equal(Target(key), targets.item<float>(), 1e-5);
        Assert.False(targets.requires_grad);

        // The actor's loss is alpha log pi - min Q.
        Assert.Equal(Target("actor_loss_term"), sac.Learn(batch, noise, noise, 0).Actor, 1e-5);
    }

    [Fact]
    public void Learn_Temperature_HasTheGradientOfTheEquation()
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-1, 1, [1]), new Box(-1, 1, [1])));
        using var sac = new Sac(env, Small with { HiddenSizes = [] }, 0);
        using (no_grad())
        {
            sac.Policy.Module.get_parameter("log_std.weight")!.zero_();
            sac.Policy.Module.get_parameter("mu.weight")!.zero_();
            sac.Policy.Module.get_parameter("mu.bias")!.zero_();
            sac.Policy.Module.get_parameter("log_std.bias")!.fill_(-Target("logp") - (0.5 * Math.Log(2 * Math.PI)));
        }

        using var batch = ReplayGolden.Batch(sac, 1);
        using var noise = zeros(1, 1);
        sac.Learn(batch, noise, noise, 1e-3);
        using var gradient = sac.Policy.Module.get_parameter("log_ent_coef")!.grad!;
        Assert.Equal(Target("alpha_loss_grad_wrt_log_alpha(log_alpha=0, H_target=-1,logp=-1.3)"), gradient.item<float>(), 1e-5);
    }

    [Fact]
    public void Learn_ActorsLoss_MovesNoCriticAndTheCriticsLossNoActor()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        using var sac = new Sac(env, Small, 0);
        using var batch = ReplayGolden.Batch(sac, 8);
        using var noise = randn(8, 1);
        sac.Learn(batch, noise, noise, 1e-3);
        var critics = sac.Policy.Module.named_parameters().Where(item => item.name.StartsWith("qf", StringComparison.Ordinal)).ToList();
        var actor = sac.Policy.Module.named_parameters().Where(item => !item.name.StartsWith("qf", StringComparison.Ordinal)).ToList();
        Assert.All(critics, item => Assert.True(item.parameter.requires_grad));
        var before = critics.Select(item => item.parameter.grad!.clone()).ToList();
        sac.Policy.Module.zero_grad();
        sac.Learn(batch, noise, noise, 0);

        // With a rate of 0 nothing moves: the critics' gradients are those of their own loss, the same with and without the actor's.
        using var scope = NewDisposeScope();
        using var noNextNoise = noise.clone();
        var alpha = sac.Temperature;
        var targets = sac.Targets(batch, noNextNoise, alpha);
        var network = (SacNetwork)sac.Policy.Module;
        var gradients = critics.Select(item => item.parameter.grad!.clone()).ToList();
        sac.Policy.Module.zero_grad();
        var (first, second) = network.Values(batch.Observations, batch.Actions);
        ((nn.functional.mse_loss(first, targets) + nn.functional.mse_loss(second, targets)) * 0.5).backward();
        foreach (var (item, gradient) in critics.Zip(gradients))
        {
            Assert.Equal(item.parameter.grad!.data<float>().ToArray(), gradient.data<float>().ToArray());
        }

        Assert.All(actor.Where(item => item.name != "log_ent_coef"), item => Assert.True(item.parameter.grad is not { } gradient || gradient.abs().sum().item<float>() == 0));
        Assert.NotEmpty(before);
    }

    [Fact]
    public void Sample_HandNumbers_HaveTheLogProbabilityOfTheOracle()
    {
        using var scope = NewDisposeScope();
        var (mean, logDeviation, noise) = (Oracle("mu"), Oracle("log_std"), Oracle("eps"));
        var distribution = new SquashedGaussian(mean, logDeviation);
        var preTanh = distribution.PreTanh(noise);
        AssertClose("u", preTanh);
        AssertClose("a", preTanh.tanh());
        AssertClose("logp_stable_sum", SquashedGaussian.LogProbabilityOfNoise(noise, logDeviation, preTanh));
        AssertClose("logp_stable_sum", distribution.LogProbability(preTanh));
        AssertClose("logp_scaled_action_scale2", distribution.LogProbability(preTanh, 2, 0));

        // One action each; the last is so near to 1 that a small number inside the logarithm shifts it by more than one.
        var each = new SquashedGaussian(mean.unsqueeze(1), logDeviation.unsqueeze(1));
        AssertClose("logp_stable_per_dim", each.LogProbability(preTanh.unsqueeze(1)));
        AssertClose("logp_eps1e-6_per_dim", each.LogProbability(preTanh.unsqueeze(1), 1, 1e-6));
    }

    [Fact]
    public void LogJacobian_Float32AtTen_StaysWhereTheNaiveFormIsInfinite()
    {
        using var scope = NewDisposeScope();
        var u = tensor(new[] { 10f });
        Assert.Equal("-inf", Oracles.At("sac", "float32_u10_naive_log(1-tanh^2)").GetString());
        Assert.Equal(float.NegativeInfinity, (1 - u.tanh().square()).log().item<float>());
        Assert.Equal(Oracles.Number("sac", "float64_u10_stable"), SquashedGaussian.LogJacobian(u).item<float>(), 1e-5);
    }

    [Fact]
    public void Write_Actions_AreStretchedToTheBoundsOfEachNumber()
    {
        var low = NDArray.From(-2.0, 0, 5);
        var high = NDArray.From(2.0, 10, 6);
        var head = new SquashedGaussianHead(new Box(low, high), "SAC");
        var columns = new Columns(head.Space, 3);
        head.Write(new ActionSpan(default, [-1, -1, -1, 0, 0, 0, 1, 1, 1]), columns);
        Assert.Equal([-2, 0, 5, 0, 5, 5.5f, 2, 10, 6], columns[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Update_WarmUp_DrawsUniformlyFromTheWholeSpace()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 2);
        using var sac = new Sac(env, Small with { LearningStarts = 2000, StepsPerReport = 1000, BufferSize = 5000 }, 3) { TotalTimesteps = 100_000 };
        sac.Update();
        var actions = new float[2000];
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(sac.LastRollout.Fields[1].Bytes).CopyTo(actions);
        Assert.Equal("action", sac.LastRollout.Fields[1].Name);
        Assert.All(actions, action => Assert.InRange(action, -1, 1));
        Assert.Equal(0, actions.Average(), 0.05);
        Assert.Equal(1 / 3.0, actions.Average(action => action * action), 0.02);
        Assert.True(actions.Max() > 0.99 && actions.Min() < -0.99);
    }

    [Fact]
    public void Constructor_SpacesItCannotActIn_AreRefusedByName()
    {
        using var discrete = TestEnvs.Make("CartPole-v1", 1);
        var exception = Assert.Throws<NotSupportedException>(() => new Sac(discrete));
        Assert.Contains("SAC cannot act in the action space Discrete", exception.Message, StringComparison.Ordinal);
        Assert.Contains("dqn", exception.Message, StringComparison.Ordinal);
        using var unbounded = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-1, 1, [2]), new Box(double.NegativeInfinity, double.PositiveInfinity, [2])));
        Assert.Contains("element 0 of Box", Assert.Throws<NotSupportedException>(() => new Sac(unbounded)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadOptions_AreReportedTogether()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        var bad = new SacOptions
        {
            BatchSize = 64,
            BufferSize = 32,
            EntropyCoefficient = EntropyCoefficient.Automatic(0),
            TargetEntropy = double.NaN,
            ActionNoiseDeviation = -1,
        };
        var message = Assert.Throws<ArgumentException>(() => new Sac(env, bad)).Message;
        Assert.Contains("BatchSize must not be above BufferSize, got 64 and 32", message, StringComparison.Ordinal);
        Assert.Contains("EntropyCoefficient must begin above 0 where it is learned, got auto_0", message, StringComparison.Ordinal);
        Assert.Contains("TargetEntropy must be finite, got NaN", message, StringComparison.Ordinal);
        Assert.Contains("ActionNoiseDeviation must be finite and not negative, got -1", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", true, 1)]
    [InlineData("auto_0.1", true, 0.1)]
    [InlineData("0.2", false, 0.2)]
    public void EntropyCoefficient_Text_ComesBack(string text, bool isAutomatic, double value)
    {
        var coefficient = EntropyCoefficient.Parse(text);
        Assert.Equal((isAutomatic, value), (coefficient.IsAutomatic, coefficient.Value));
        Assert.Equal(text, coefficient.ToString());
        Assert.Equal(coefficient, JsonSerializer.Deserialize<EntropyCoefficient>(JsonSerializer.Serialize(coefficient)));
        Assert.Throws<FormatException>(() => EntropyCoefficient.Parse("automatic"));
    }

    [Fact]
    public void Update_FixedTemperature_StaysAndHasNoOptimizer()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        using var sac = new Sac(env, Small with { EntropyCoefficient = 0.1 }, 1) { TotalTimesteps = 1000 };
        for (var i = 0; i < 4; i++)
        {
            var report = sac.Update();
            Assert.Equal(0.1, report["train/ent_coef"]);
        }

        Assert.Equal(["actor", "critic"], sac.Optimizers.Select(item => item.Name));
    }

    [Fact]
    public void Learn_OnlyEntropy_RaisesItsDeviation()
    {
        // Where all values are 0 the actor's loss is alpha log pi alone: it becomes more random.
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        using var sac = new Sac(env, Small with { EntropyCoefficient = 1, Gamma = 0 }, 1);
        using var batch = ReplayGolden.Batch(sac, 8);
        using (no_grad())
        {
            foreach (var (name, parameter) in sac.Policy.Module.named_parameters())
            {
                if (name.StartsWith("qf", StringComparison.Ordinal))
                {
                    parameter.zero_();
                }
            }

            sac.Policy.Module.get_parameter("log_std.bias")!.fill_(-3);
        }

        for (var i = 0; i < 50; i++)
        {
            using var noise = randn(8, 1);
            sac.Learn(batch, noise, noise, 1e-2);
        }

        Assert.True(sac.Policy.Module.get_parameter("log_std.bias")!.detach().data<float>()[0] > -2.8);
    }

    [Theory]
    [InlineData(ActionNoise.None, 1, 1)]
    [InlineData(ActionNoise.OrnsteinUhlenbeck, 3, 3)]
    [InlineData(ActionNoise.Normal, 2, 1)]
    public void Load_EveryVariant_GoesOnBitForBit(ActionNoise noise, int lanes, int steps)
    {
        var options = Small with { ActionNoise = noise, NSteps = steps, GradientSteps = -1, TargetUpdateInterval = 2, BufferSize = 60 };
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("Pendulum-v1", lanes);
        using var whole = new Sac(env, options, 4) { TotalTimesteps = 5000 };
        for (var i = 0; i < 25; i++)
        {
            whole.Update();
        }

        whole.Save(folder.Combine("run.gym"));
        using var other = TestEnvs.Make("Pendulum-v1", lanes);
        using var resumed = Sac.Load(folder.Combine("run.gym"), other, warn: message => Assert.Fail(message));
        for (var i = 0; i < 5; i++)
        {
            whole.Update();
            resumed.Update();
            Assert.Equal(UpdateDigest.Of(whole), UpdateDigest.Of(resumed));
            using (whole.TargetInPlace())
            using (resumed.TargetInPlace())
            {
                Assert.Equal(UpdateDigest.OfWeights(whole.Policy), UpdateDigest.OfWeights(resumed.Policy));
            }
        }
    }

    [Fact]
    public void Update_RewardsThatDiverge_StopBeforeTheWeightsAreTouched()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(5)], new Box(-1, 1, [1]), (_, _) => 1e300));
        using var sac = new Sac(env, Small with { LearningStarts = 8 }, 1);
        var weights = UpdateDigest.OfWeights(sac.Policy);
        var exception = Assert.Throws<NonFiniteException>(() => sac.Update());
        Assert.Contains("The loss of SAC became", exception.Message, StringComparison.Ordinal);
        Assert.Equal(weights, UpdateDigest.OfWeights(sac.Policy));
        using var folder = new TemporaryFolder();
        sac.Save(folder.Combine("kept.gym"));
        using var policy = Policy.Load(folder.Combine("kept.gym"));
        Assert.Equal(weights, UpdateDigest.OfWeights(policy));
    }

    [Fact]
    public void Constructor_NetworksOfOnesOwn_AreTrained()
    {
        var networks = new CustomNetworks { FeaturesExtractor = nn.Sequential(nn.Linear(3, 8), nn.Tanh()), Policy = nn.Linear(8, 2) };
        using var env = TestEnvs.Make("Pendulum-v1", 2);
        using var sac = new Sac(env, Small, 1, networks) { TotalTimesteps = 500 };
        var before = networks.FeaturesExtractor.parameters().First().detach().clone();
        for (var i = 0; i < 3; i++)
        {
            sac.Update();
        }

        Assert.True((networks.FeaturesExtractor.parameters().First() - before).abs().max().item<float>() > 0);
        var exception = Assert.Throws<ArgumentException>(() => new Sac(env, Small, 1, new CustomNetworks { Value = nn.Linear(3, 1) }));
        Assert.Contains("leave out CustomNetworks.Value", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_Pendulum_ImprovesInSeconds()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 4);
        using var sac = new Sac(
            env,
            new SacOptions { LearningRate = 3e-3, LearningStarts = 400, BatchSize = 64, BufferSize = 20_000, HiddenSizes = [32, 32], GradientSteps = 2 },
            1);
        sac.Learn(6_000);

        // A random policy has about -1200.
        Assert.InRange(sac.Policy.Evaluate(TestEnvs.Registry.Make("Pendulum-v1"), 5, seed: 9).MeanReturn, -700, 0);
    }

    private static double Target(string key) => Oracles.Number("sac", "target", key);

    private static Tensor Oracle(string key) => tensor(Oracles.Numbers("sac", key));

    private static void AssertClose(string key, Tensor actual)
    {
        var got = actual.flatten().data<double>().ToArray();
        var expected = Oracles.Numbers("sac", key);
        Assert.Equal(expected.Length, got.Length);
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private static void AssertClose(double expected, double actual) => Assert.InRange(Math.Abs(actual - expected), 0, 1e-5 + (1e-4 * Math.Abs(expected)));
}
