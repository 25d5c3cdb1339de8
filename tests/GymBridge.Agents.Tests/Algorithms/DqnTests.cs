using System.Text.Json;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

public class DqnTests
{
    private static readonly DqnOptions Small = new()
    {
        LearningStarts = 32,
        BatchSize = 16,
        BufferSize = 500,
        HiddenSizes = [16],
        StepsPerReport = 20,
        TargetUpdateInterval = 40,
    };

    /// <summary>Stable-Baselines3 2.9.2's DQN on CartPole: its batches give its parameters, losses and target networks.</summary>
    [Fact]
    public void Learn_OnStableBaselines3Batches_GivesItsParametersAndLosses()
    {
        using var document = ReplayGolden.Load("dqn_cartpole.json");
        var root = document.RootElement;
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var dqn = new Dqn(env, OptionsOf(root.GetProperty("options")), 0);
        Load(dqn, root.GetProperty("parameters")[0], "q_net.q_net.");

        // The target is a copy of the online network from the start, and again every 24 steps.
        dqn.UpdateTarget();
        using var batch = ReplayGolden.Batch(dqn, 16);
        var updated = 0;
        foreach (var update in root.GetProperty("updates").EnumerateArray())
        {
            var timestep = update.GetProperty("timestep").GetInt32();
            if (timestep / 24 > updated)
            {
                updated = timestep / 24;
                dqn.UpdateTarget();
            }

            using (dqn.TargetInPlace())
            {
                AssertParameters(dqn, update.GetProperty("target_before"), "q_net.");
            }

            var losses = new List<double>();
            foreach (var recorded in update.GetProperty("batches").EnumerateArray())
            {
                ReplayGolden.Fill(batch, recorded, 0.99f);
                losses.Add(dqn.Learn(batch, 1e-2).Loss);
            }

            Assert.Equal(update.GetProperty("loss").GetDouble(), losses.Average(), 1e-5);
            AssertParameters(dqn, update.GetProperty("q_net_after"), "q_net.");
        }
    }

    [Fact]
    public void UpdateTarget_OnTheScheduleOfStableBaselines3_GivesItsTargetNetworks()
    {
        using var document = ReplayGolden.Load("dqn_cartpole.json");
        var updates = document.RootElement.GetProperty("updates").EnumerateArray().ToList();

        // A copy every 24 steps: what the target is before an update is what the online network was at the last multiple of 24.
        foreach (var (update, earlier) in updates.Skip(1).Zip(updates))
        {
            var (now, before) = (update.GetProperty("timestep").GetInt32(), earlier.GetProperty("timestep").GetInt32());
            var copied = now / 24 > before / 24;
            var expected = copied ? earlier.GetProperty("q_net_after") : earlier.GetProperty("target_before");
            Assert.Equal(expected.GetProperty("q_net.0.weight").ToString(), update.GetProperty("target_before").GetProperty("q_net.0.weight").ToString());
        }

        // And ours is copied at the same steps: 8 a report, every 24.
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var dqn = new Dqn(env, OptionsOf(document.RootElement.GetProperty("options")) with { StepsPerReport = 8 }, 0) { TotalTimesteps = 80 };
        var targets = new List<string>();
        while (!dqn.IsComplete)
        {
            dqn.Update();
            targets.Add(TargetDigest(dqn));
        }

        var changes = Enumerable.Range(1, targets.Count - 1).Where(i => targets[i] != targets[i - 1]).Select(i => 8 * (i + 1));
        Assert.Equal([48, 72], changes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Learn_OnPyTorchsRecord_GivesItsTargetsValuesAndLosses(int index)
    {
        var record = TorchGolden.Load("rl.json").GetProperty("dqn")[index];
        foreach (var loss in new[] { DqnLoss.Huber, DqnLoss.MeanSquaredError })
        {
            using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-3, 3, [4]), new Discrete(3)));
            using var dqn = new Dqn(env, Small with { HiddenSizes = [8], DoubleQ = record.GetProperty("double").GetBoolean(), Loss = loss, Tau = 1 }, 0);
            LoadLayers(dqn, record.GetProperty("target"));
            dqn.UpdateTarget();
            LoadLayers(dqn, record.GetProperty("online"));
            using var batch = ReplayGolden.Batch(dqn, 6);
            ReplayGolden.Set(batch.Observations, record.GetProperty("obs"));
            ReplayGolden.Set(batch.NextObservations, record.GetProperty("next_obs"));
            ReplayGolden.Set(batch.Rewards, record.GetProperty("rewards"));
            ReplayGolden.SetLongs(batch.Actions, record.GetProperty("actions"));
            var gamma = (float)record.GetProperty("gamma").GetDouble();
            ReplayGolden.Floats(record.GetProperty("dones")).Select(done => gamma * (1 - done)).ToArray().CopyTo(ReplayBatch.Floats(batch.Discounts));
            TorchGolden.AssertClose(record.GetProperty("td_target"), dqn.Targets(batch), "td_target");
            var expected = TorchGolden.Number(record.GetProperty(loss == DqnLoss.Huber ? "huber_loss" : "mse_loss").GetProperty("data")[0]);
            var (actual, value) = dqn.Learn(batch, 1e-3);
            Assert.Equal(expected, actual, 1e-5);
            Assert.Equal(ReplayGolden.Floats(record.GetProperty("q")).Average(), value, 1e-5);
        }
    }

    [Theory]
    [InlineData(false, false, false, "target")]
    [InlineData(false, false, true, "target_truncated")]
    [InlineData(true, false, false, "double_dqn_target")]
    [InlineData(false, true, false, "target_terminated")]
    [InlineData(true, true, false, "target_terminated")]
    public void Targets_HandNumbers_AreThoseOfTheEquations(bool isDouble, bool terminated, bool truncated, string key)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-3, 3, [1]), new Discrete(3)));
        using var dqn = new Dqn(env, Small with { HiddenSizes = [], DoubleQ = isDouble }, 0);
        SetBias(dqn, Oracle("Q_target(s2)"));
        dqn.UpdateTarget();
        SetBias(dqn, Oracle("Q_online(s2)"));
        using var batch = Stored(dqn, 1, [Oracles.Number("dqn", "r")], terminated, truncated);
        using var targets = dqn.Targets(batch);
        Assert.Equal(Oracles.Number("dqn", key), targets.item<float>(), 1e-6);
        Assert.False(targets.requires_grad);
    }

    [Theory]
    [InlineData(3, false, "nstep3_target_boot2.0")]
    [InlineData(2, true, "nstep3_terminated_at_2")]
    public void Targets_OverThreeSteps_StopWhereTheEpisodeEnds(int count, bool terminated, string key)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-3, 3, [1]), new Discrete(3)));
        using var dqn = new Dqn(env, Small with { HiddenSizes = [] }, 0);
        SetBias(dqn, [2, 0, 0]);
        dqn.UpdateTarget();
        using var batch = Stored(dqn, 3, Oracles.Numbers("dqn", "nstep3_rewards")[..count], terminated, truncated: false);
        using var targets = dqn.Targets(batch);
        Assert.Equal(Oracles.Number("dqn", key), targets.item<float>(), 1e-6);
    }

    [Fact]
    public void UpdateTarget_HandNumbers_MoveByTau()
    {
        using var network = nn.Linear(1, 1);
        using var noGrad = no_grad();
        network.weight.fill_(1);
        using var weights = new TargetWeights(network);
        network.weight.fill_(2);
        weights.Update(0.005);
        using (weights.InPlace())
        {
            Assert.Equal(Oracles.Number("dqn", "polyak_tau0.005(target=1,online=2)"), network.weight.item<float>(), 1e-6);
        }
    }

    [Theory]
    [InlineData(DqnLoss.Huber, "huber_beta1")]
    [InlineData(DqnLoss.MeanSquaredError, "mse")]
    public void Learn_HandNumbers_HaveTheLossOfTheEquations(DqnLoss loss, string key)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-3, 3, [1]), new Discrete(3)));
        using var dqn = new Dqn(env, Small with { HiddenSizes = [], Loss = loss }, 0);
        SetBias(dqn, Oracle("Q_target(s2)"));
        dqn.UpdateTarget();
        SetBias(dqn, [(float)Oracles.Number("dqn", "Q(s,a)"), 0, 0]);
        using var batch = Stored(dqn, 1, [Oracles.Number("dqn", "r")], terminated: false, truncated: false);
        Assert.Equal(Oracles.Number("dqn", key), dqn.Learn(batch, 1e-3).Loss, 1e-5);
    }

    [Fact]
    public void Values_Dueling_AreTheStatesPlusTheAdvantagesLessTheirMean()
    {
        var head = new CategoricalHead(new Discrete(3));
        using var network = new QNetwork(new QNetworkSpec([], Options.Activation.Relu, true, 0), 2, head, new CustomNetworks());
        using var noGrad = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            parameter.zero_();
            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                parameter.copy_(tensor(Oracle(name.StartsWith("value", StringComparison.Ordinal) ? "dueling_V" : "dueling_A")));
            }
        }

        Assert.Equal(Oracle("dueling_Q_mean"), network.Values(zeros(1, 2)).data<float>().ToArray());
    }

    [Fact]
    public void UpdateTarget_Tau_IsWeightedAsPyTorchsRecord()
    {
        var record = TorchGolden.Load("rl.json").GetProperty("soft_update");
        using var network = nn.Linear(3, 2);
        using (no_grad())
        {
            var (online, target) = (record.GetProperty("online"), record.GetProperty("target"));
            Assign(network, target);
            using var weights = new TargetWeights(network);
            Assign(network, online);
            weights.Update(record.GetProperty("tau").GetDouble());
            using (weights.InPlace())
            {
                TorchGolden.AssertClose(record.GetProperty("result")[0], network.weight[0], "result 0");
                TorchGolden.AssertClose(record.GetProperty("result")[1], network.bias!, "result 1");
            }

            TorchGolden.AssertClose(online[1], network.bias!, "online");
        }

        static void Assign(TorchSharp.Modules.Linear network, JsonElement tensors)
        {
            network.weight.copy_(TorchGolden.Tensor(tensors[0]).unsqueeze(0).expand(2, 3));
            network.bias!.copy_(TorchGolden.Tensor(tensors[1]));
        }
    }

    // The oracle's 500 000 steps, from 1 to 0.05 over half of them, in thousands.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(125, 1)]
    [InlineData(250, 2)]
    [InlineData(400, 3)]
    public void Epsilon_OverTheRun_FallsInAStraightLine(int timesteps, int index)
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var options = Small with
        {
            LearningStarts = 0,
            ExplorationFraction = 0.5,
            TrainFrequency = 1,
            StepsPerReport = Math.Max(1, timesteps),
            GradientSteps = 1,
            BufferSize = 500,
            BatchSize = 500,
        };
        using var dqn = new Dqn(env, options, 0) { TotalTimesteps = 500 };
        if (timesteps > 0)
        {
            dqn.Update();
        }

        Assert.Equal(Oracles.Numbers("dqn", "eps_schedule_cleanrl_t=0,125000,250000,400000")[index], dqn.Epsilon, 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(0.5, 0.5)]
    public void Act_Epsilon_IsTheShareOfRandomActionsAmongThemTheBest(double epsilon, double random)
    {
        using var network = new QNetwork(
            new QNetworkSpec([], Options.Activation.Relu, false, epsilon), 1, new CategoricalHead(new Discrete(4)), new CustomNetworks());
        using (no_grad())
        {
            network.get_parameter("q_net.0.weight")!.zero_();
            network.get_parameter("q_net.0.bias")!.copy_(tensor(new[] { 0f, 1, 0, 0 }));
        }

        const int Rows = 4000;
        var actions = new long[Rows];
        network.Act(zeros(Rows, 1), false, new Randomness.LaneStreams(1, Randomness.StreamPurpose.Policy, Rows), new ActionSpan(actions, default));
        Assert.Equal(1 - random + (random / 4), actions.Count(action => action == 1) / (double)Rows, 0.03);
        network.Act(zeros(Rows, 1), true, null!, new ActionSpan(actions, default));
        Assert.All(actions, action => Assert.Equal(1, action));
    }

    [Fact]
    public void Constructor_OtherActions_AreRefusedWithTheAlgorithmsThatTakeThem()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 1);
        var exception = Assert.Throws<NotSupportedException>(() => new Dqn(env));
        Assert.Contains("DQN cannot act in the action space Box", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Choose an algorithm that takes it: a2c", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dqn", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadOptions_AreReportedTogether()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var bad = new DqnOptions
        {
            BatchSize = 64,
            BufferSize = 32,
            GradientSteps = 0,
            Tau = 0,
            NSteps = 256,
            InitialEpsilon = 1.5,
            ExplorationFraction = -0.1,
            ImportanceExponent = 2,
            TargetUpdateInterval = 0,
        };
        var message = Assert.Throws<ArgumentException>(() => new Dqn(env, bad)).Message;
        foreach (var part in new[]
        {
            "BatchSize must not be above BufferSize, got 64 and 32", "GradientSteps must be at least 1, or -1", "Tau must be positive and finite, got 0",
            "NSteps must be between 1 and 255, got 256", "InitialEpsilon must be between 0 and 1, got 1.5", "ExplorationFraction must be between 0 and 1, got -0.1",
            "ImportanceExponent must be between 0 and 1, got 2", "TargetUpdateInterval must be at least 1, got 0",
        })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Learn_OneActionOneRowAndOneUnit_Works()
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Discrete(2), new Discrete(1, start: 7)));
        using var dqn = new Dqn(
            env,
            new DqnOptions
            {
                BatchSize = 1,
                BufferSize = 1,
                LearningStarts = 0,
                HiddenSizes = [1],
                TrainFrequency = 1,
                StepsPerReport = 10,
                Dueling = true,
                PrioritizedReplay = true,
            },
            1);
        Assert.InRange(dqn.Update()["train/loss"], 0, 100);
    }

    [Fact]
    public void Update_TruncatedEpisodes_BootstrapAndTerminatedOnesDoNot()
    {
        // Every step gives 1 and is the last: where that is an end of the task the value is 1, where it is a time limit 1 / (1 - gamma).
        Assert.Equal(1, ValueOfOneStepEpisodes(isTruncated: false), 0.05);
        Assert.Equal(2, ValueOfOneStepEpisodes(isTruncated: true), 0.1);
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep, 1)]
    [InlineData(AutoresetMode.NextStep, 3)]
    public void Update_AnyAutoreset_CountsAndStoresTransitionsAlone(AutoresetMode mode, int lanes)
    {
        using var env = TestEnvs.Lanes(lanes, () => new ScriptedEnv([new(3), new(2, IsTruncated: true)]), mode);
        using var dqn = new Dqn(env, Small with { LearningStarts = 4, BatchSize = 4 }, 1);
        dqn.Update();
        Assert.Equal(20, dqn.LastRollout.Fields[0].Steps);
        Assert.True(mode == AutoresetMode.SameStep ? dqn.Timesteps == 20 * lanes : dqn.Timesteps < 20 * lanes);
    }

    [Theory]
    [InlineData(false, false, 1, false)]
    [InlineData(true, true, 3, true)]
    public void Load_EveryVariant_GoesOnBitForBit(bool isDouble, bool dueling, int steps, bool prioritized)
    {
        var options = Small with
        {
            DoubleQ = isDouble,
            Dueling = dueling,
            NSteps = steps,
            PrioritizedReplay = prioritized,
            Tau = 0.1,
            BufferSize = 100,
            GradientSteps = -1,
        };
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 3);
        using var whole = new Dqn(env, options, 4) { TotalTimesteps = 5000 };
        for (var i = 0; i < 5; i++)
        {
            whole.Update();
        }

        whole.Save(folder.Combine("run.gym"));
        using var other = TestEnvs.Make("CartPole-v1", 3);
        using var resumed = Dqn.Load(folder.Combine("run.gym"), other, warn: message => Assert.Fail(message));
        for (var i = 0; i < 5; i++)
        {
            whole.Update();
            resumed.Update();
            Assert.Equal(UpdateDigest.Of(whole), UpdateDigest.Of(resumed));
            Assert.Equal(TargetDigest(whole), TargetDigest(resumed));
        }
    }

    [Fact]
    public void Load_WithoutTheReplayBuffer_SaysSoAndFillsItBeforeItLearnsAgain()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var run = new Dqn(env, Small with { SaveReplayBuffer = false, BufferSize = 100_000 }, 4) { TotalTimesteps = 5000 };
        for (var i = 0; i < 20; i++)
        {
            run.Update();
        }

        run.Save(folder.Combine("small.gym"));
        var warnings = new List<string>();
        using var other = TestEnvs.Make("CartPole-v1", 1);
        using var resumed = Dqn.Load(folder.Combine("small.gym"), other, warn: warnings.Add);
        Assert.Contains("without its replay buffer (SaveReplayBuffer is off)", Assert.Single(warnings), StringComparison.Ordinal);
        var weights = UpdateDigest.OfWeights(resumed.Policy);
        resumed.Update();
        Assert.Equal(weights, UpdateDigest.OfWeights(resumed.Policy));
        resumed.Update();
        Assert.NotEqual(weights, UpdateDigest.OfWeights(resumed.Policy));
    }

    [Fact]
    public void Update_RewardsThatDiverge_StopBeforeTheWeightsAreTouched()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(5)], reward: (_, _) => 1e300));
        using var dqn = new Dqn(env, Small with { LearningStarts = 0, Loss = DqnLoss.MeanSquaredError }, 1);
        var weights = UpdateDigest.OfWeights(dqn.Policy);
        var exception = Assert.Throws<NonFiniteException>(() => dqn.Update());
        Assert.Contains("The loss of DQN became", exception.Message, StringComparison.Ordinal);
        Assert.Equal(weights, UpdateDigest.OfWeights(dqn.Policy));
        using var folder = new TemporaryFolder();
        dqn.Save(folder.Combine("kept.gym"));
        using var policy = Policy.Load(folder.Combine("kept.gym"));
        Assert.Equal(weights, UpdateDigest.OfWeights(policy));
    }

    [Fact]
    public void Constructor_NetworksOfOnesOwn_AreUsedByOnlineAndTargetAlike()
    {
        var networks = new CustomNetworks { FeaturesExtractor = nn.Sequential(nn.Linear(4, 8), nn.Tanh()), Policy = nn.Linear(8, 2) };
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var dqn = new Dqn(env, Small, 1, networks);
        var before = TargetDigest(dqn);
        dqn.TotalTimesteps = 500;
        for (var i = 0; i < 6; i++)
        {
            dqn.Update();
        }

        Assert.NotEqual(before, TargetDigest(dqn));
        Assert.NotEqual(UpdateDigest.OfWeights(dqn.Policy), TargetDigest(dqn));
        var exception = Assert.Throws<ArgumentException>(() => new Dqn(env, Small, 1, new CustomNetworks { Value = nn.Linear(4, 1) }));
        Assert.Contains("leave out CustomNetworks.Value", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_CartPole_ImprovesInSeconds()
    {
        using var env = TestEnvs.Make("CartPole-v1", 4);
        using var dqn = new Dqn(
            env,
            new DqnOptions
            {
                LearningRate = 2.3e-3,
                LearningStarts = 500,
                BatchSize = 64,
                BufferSize = 20_000,
                TrainFrequency = 4,
                GradientSteps = 4,
                TargetUpdateInterval = 200,
                ExplorationFraction = 0.3,
                FinalEpsilon = 0.04,
                DoubleQ = true,
                Gamma = 0.98,
            },
            1);
        dqn.Learn(12_000);
        Assert.InRange(dqn.Policy.Evaluate(TestEnvs.Registry.Make("CartPole-v1"), 5, seed: 9).MeanReturn, 100, 500);
    }

    private static float[] Oracle(string key) => Array.ConvertAll(Oracles.Numbers("dqn", key), value => (float)value);

    /// <summary>The first transition that the replay buffer has of some steps; action 0, the last step ends the episode or does not.</summary>
    private static ReplayBatch Stored(Dqn dqn, int steps, double[] rewards, bool terminated, bool truncated)
    {
        var space = dqn.Env.SingleObservationSpace;
        using var buffer = new ReplayBuffer(space, dqn.Policy.Encoder, dqn.Policy.Module.Head, 4, Oracles.Number("dqn", "gamma"));
        var (returns, columns) = (new NStepReturns(buffer, 1, steps), new Columns(space, 1));
        for (var t = 0; t < rewards.Length; t++)
        {
            var isLast = t == rewards.Length - 1;
            returns.Add(columns, columns, 0, new ActionSpan(new long[1], default), rewards[t], isLast && terminated, isLast && truncated);
        }

        var batch = buffer.CreateBatch(1);
        buffer.Gather(batch);
        return batch;
    }

    private static double ValueOfOneStepEpisodes(bool isTruncated)
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(1, isTruncated)]));
        using var dqn = new Dqn(
            env,
            Small with
            {
                Gamma = 0.5,
                LearningRate = 1e-2,
                HiddenSizes = [],
                TrainFrequency = 1,
                StepsPerReport = 600,
                LearningStarts = 16,
                TargetUpdateInterval = 10,
                BufferSize = 50,
            },
            1);

        // The observation holds the number of the episode: too large for a linear function; it is not trained on.
        using (no_grad())
        {
            dqn.Policy.Module.get_parameter("q_net.0.weight")!.zero_();
        }

        dqn.Policy.Module.get_parameter("q_net.0.weight")!.requires_grad_(false);
        dqn.Update();
        return dqn.Update()["train/q_values"];
    }

    private static string TargetDigest(Dqn dqn)
    {
        using (dqn.TargetInPlace())
        {
            return UpdateDigest.OfWeights(dqn.Policy);
        }
    }

    private static DqnOptions OptionsOf(JsonElement options) => new()
    {
        LearningStarts = options.GetProperty("learning_starts").GetInt32(),
        BatchSize = options.GetProperty("batch_size").GetInt32(),
        TrainFrequency = options.GetProperty("train_freq").GetInt32(),
        GradientSteps = options.GetProperty("gradient_steps").GetInt32(),
        TargetUpdateInterval = options.GetProperty("target_update_interval").GetInt32(),
        LearningRate = options.GetProperty("learning_rate").GetDouble(),
        MaxGradNorm = options.GetProperty("max_grad_norm").GetDouble(),
        BufferSize = 256,
        ExplorationFraction = 0.5,
        HiddenSizes = [16, 16],
    };

    private static void Load(Dqn dqn, JsonElement parameters, string prefix)
    {
        using var noGrad = no_grad();
        foreach (var item in parameters.EnumerateObject().Where(item => item.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            dqn.Policy.Module.get_parameter("q_net." + item.Name[prefix.Length..])!.copy_(TorchGolden.Tensor(item.Value));
        }
    }

    private static void LoadLayers(Dqn dqn, JsonElement layers)
    {
        using var noGrad = no_grad();
        for (var i = 0; i < layers.GetArrayLength(); i++)
        {
            dqn.Policy.Module.get_parameter($"q_net.{2 * i}.weight")!.copy_(TorchGolden.Tensor(layers[i].GetProperty("weight")));
            dqn.Policy.Module.get_parameter($"q_net.{2 * i}.bias")!.copy_(TorchGolden.Tensor(layers[i].GetProperty("bias")));
        }
    }

    private static void SetBias(Dqn dqn, float[] values)
    {
        using var noGrad = no_grad();
        dqn.Policy.Module.get_parameter("q_net.0.weight")!.zero_();
        dqn.Policy.Module.get_parameter("q_net.0.bias")!.copy_(tensor(values));
    }

    private static void AssertParameters(Dqn dqn, JsonElement parameters, string prefix)
    {
        foreach (var item in parameters.EnumerateObject())
        {
            ReplayGolden.AssertParameter(dqn, "q_net." + item.Name[prefix.Length..], item.Value);
        }
    }
}
