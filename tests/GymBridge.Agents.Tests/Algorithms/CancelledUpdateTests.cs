using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Agents.Reproducibility;
using GymBridge.Wrappers;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Updates that are cancelled between any two of their steps go on there, from a checkpoint or without one.</summary>
public class CancelledUpdateTests
{
    private const int Updates = 5;

    // With replay: 3 steps of 2 lanes and 4 of the optimizer in a cycle, 3 cycles in an update.
    private static readonly Dictionary<string, AlgorithmOptions> Options = new(StringComparer.Ordinal)
    {
        ["dqn"] = (DqnOptions)SmallOptions.Of("dqn") with { TrainFrequency = 3, GradientSteps = 4, StepsPerReport = 9, NSteps = 2 },
        ["sac"] = (SacOptions)SmallOptions.Of("sac") with { TrainFrequency = 3, GradientSteps = 4, StepsPerReport = 9 },
        ["ppo"] = (PpoOptions)SmallOptions.Of("ppo") with { Surrogate = PpoSurrogate.KlPenalty, AdaptiveKlTarget = 1e-3 },
    };

    /// <summary>Algorithms that take networks of the user's own, with an environment each.</summary>
    public static TheoryData<string, string> Algorithms => new()
    {
        { "dqn", "CartPole-v1" }, { "sac", "Pendulum-v1" }, { "ppo", "Pendulum-v1" }, { "recurrent_ppo", "CartPole-v1" }, { "a2c", "CartPole-v1" },
        { "trpo", "CartPole-v1" }, { "reinforce", "CartPole-v1" }, { "actor_critic", "CartPole-v1" }, { "one_step_actor_critic", "CartPole-v1" },
    };

    public static TheoryData<string> Deterministic => EveryAlgorithmTests.Deterministic;

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Update_CancelledAnywhere_GoesOnFromItsCheckpointBitForBit(string name, string id)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        var counter = new Counter(int.MaxValue, CancellationToken.None);
        var whole = Run(name, id, counter).Seen;
        var calls = counter.Calls;
        Assert.InRange(calls, 30, 10_000);
        var interruptions = 0;
        for (var stop = 7; stop < calls; stop += Math.Max(1, calls / 12))
        {
            using var source = new CancellationTokenSource();
            var (seen, interrupted) = Run(name, id, new Counter(stop, source.Token, source.Cancel), path);
            if (!interrupted)
            {
                // In the last step of the optimizer, after which the update ends by itself.
                Assert.Equal(whole, seen);
                continue;
            }

            interruptions++;
            using var env = TestEnvs.Make(id, 2);
            var networks = new CustomNetworks { FeaturesExtractor = Extractor(id, new Counter(int.MaxValue, CancellationToken.None)) };
            using var resumed = Algorithm.Load(path, env, networks, Assert.Fail);
            Assert.Equal(seen.Count, resumed.Updates);
            while (resumed.Updates < Updates)
            {
                seen.Add(See(resumed));
            }

            Assert.Equal(whole, seen);
        }

        Assert.True(interruptions >= 8);
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Update_CancelledAtAStepOfTheEnvironment_GoesOnFromItsCheckpointBitForBit(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        foreach (var mode in new[] { AutoresetMode.SameStep, AutoresetMode.NextStep })
        {
            var whole = new List<string>();
            using (var env = Stepping(name, mode, _ => { }))
            using (var run = Start(name, env))
            {
                Continue(run, whole);
            }

            foreach (var stop in new[] { 1, 6, 13, 22 })
            {
                using var source = new CancellationTokenSource();
                var seen = new List<string>();
                using (var env = Stepping(name, mode, step => CancelAt(stop, step, source)))
                using (var run = Start(name, env))
                {
                    run.Cancellation = source.Token;
                    Assert.Throws<OperationCanceledException>(() => Continue(run, seen));
                    Assert.False(run.IsComplete);
                    run.Save(path);
                }

                using var again = Stepping(name, mode, _ => { });
                using var resumed = Algorithm.Load(path, again, warn: Assert.Fail);
                Continue(resumed, seen);
                Assert.Equal(whole, seen);
            }
        }
    }

    /// <summary>Of images each frame is kept once.</summary>
    [Fact]
    public void Update_CancelledWhileItCollectsImages_GoesOnFromItsCheckpointBitForBit()
    {
        using var folder = new TemporaryFolder();
        var options = new PpoOptions { RolloutSteps = 12, MinibatchSize = 16, Epochs = 1, HiddenSizes = [] };
        var whole = new List<string>();
        using (var run = new Ppo(Catch(_ => { }), options, 2))
        {
            Continue(run, whole, 3);
        }

        using var source = new CancellationTokenSource();
        var seen = new List<string>();
        using (var run = new Ppo(Catch(step => CancelAt(17, step, source)), options, 2) { Cancellation = source.Token })
        {
            Assert.Throws<OperationCanceledException>(() => Continue(run, seen, 3));
            Assert.Single(seen);
            run.Save(folder.Combine("run.gym"));
        }

        using var resumed = Ppo.Load(folder.Combine("run.gym"), Catch(_ => { }), warn: Assert.Fail);
        Continue(resumed, seen, 3);
        Assert.Equal(whole, seen);

        static VectorEnv Catch(Action<int> onStep)
        {
            var step = 0;
            return TestEnvs.Registry.MakeVec("Catch-v0", 2, TestEnvs.SameStep with { Kwargs = new GymBridge.Info { ["frame_size"] = 36L, ["cells"] = 9L } })
                .FrameStack(4)
                .TransformReward((Span<double> _) => onStep(++step));
        }
    }

    /// <summary>Which actor was at which step is not known; that no bit depends on it is.</summary>
    [Fact]
    public void Update_CancelledWhileActorsCollect_GoesOnFromItsCheckpointBitForBit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        var options = (PpoOptions)SmallOptions.Of("ppo") with { RolloutSteps = 24, Actors = 2 };
        var whole = new List<string>();
        using (var env = Lanes(() => { }))
        using (var run = new Ppo(env, options, 3))
        {
            Continue(run, whole);
        }

        foreach (var stop in new[] { 2, 70, 130, 200 })
        {
            using var source = new CancellationTokenSource();
            var steps = 0;
            var seen = new List<string>();
            using (var env = Lanes(() => CancelAt(stop, Interlocked.Increment(ref steps), source)))
            using (var run = new Ppo(env, options, 3) { Cancellation = source.Token })
            {
                Assert.Throws<OperationCanceledException>(() => Continue(run, seen));
                run.Save(path);
            }

            using var again = Lanes(() => { });
            using var resumed = Ppo.Load(path, again, warn: Assert.Fail);
            Continue(resumed, seen);
            Assert.Equal(whole, seen);
        }

        static SyncVectorEnv Lanes(Action onStep) => TestEnvs.Lanes(3, () => TestEnvs.Registry.Make("CartPole-v1").TransformReward(reward =>
        {
            onStep();
            return reward;
        }));
    }

    /// <summary>An environment without a snapshot does again what was done to it.</summary>
    [Fact]
    public void Update_CancelledAndTheEnvironmentHasNoSnapshot_CollectsTheRestOfTheRollout()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(100)], reward: (_, step) => Reward(step)));
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1) { Cancellation = source.Token };
        Assert.Throws<OperationCanceledException>(() => ppo.Learn(64));
        Assert.Equal(10, ppo.Timesteps);
        ppo.Save(folder.Combine("run.gym"));
        using var resumed = Ppo.Load(folder.Combine("run.gym"), env, warn: Assert.Fail);
        Assert.Equal(16, resumed.Update().Timesteps);

        double Reward(int step)
        {
            CancelAt(10, step, source);
            return 1;
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Update_CancelledAndCalledAgain_GoesOnWithoutACheckpoint(string name, string id)
    {
        var whole = Run(name, id, new Counter(int.MaxValue, CancellationToken.None)).Seen;
        using var source = new CancellationTokenSource();
        using var env = TestEnvs.Make(id, 2);
        using var run = Create(name, id, env, new Counter(28, source.Token, source.Cancel));
        var seen = new List<string>();
        Assert.Throws<OperationCanceledException>(() => Continue(run, seen));
        run.Cancellation = CancellationToken.None;
        Continue(run, seen);
        Assert.Equal(whole, seen);
    }

    [Fact]
    public void IsComplete_CancelledBehindTheLastStep_WaitsForTheOptimizer()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(100)], reward: (_, step) => Cancel(step)));
        var options = (DqnOptions)SmallOptions.Of("dqn") with { TrainFrequency = 4, LearningStarts = 4, BatchSize = 4 };
        using var dqn = new Dqn(env, options, 1) { Cancellation = source.Token };
        Assert.Throws<OperationCanceledException>(() => dqn.Learn(12));
        Assert.Equal(12, dqn.Timesteps);
        Assert.False(dqn.IsComplete);
        dqn.Save(folder.Combine("run.gym"));
        Assert.True(Algorithm.Inspect(folder.Combine("run.gym")).IsPaused);
        using var resumed = Dqn.Load(folder.Combine("run.gym"), env, warn: _ => { });
        resumed.Learn(12);
        Assert.True(resumed.IsComplete);
        resumed.Save(folder.Combine("run.gym"));
        Assert.False(Algorithm.Inspect(folder.Combine("run.gym")).IsPaused);

        double Cancel(int step)
        {
            if (step == 12)
            {
                source.Cancel();
            }

            return 1;
        }
    }

    private static (List<string> Seen, bool IsInterrupted) Run(string name, string id, Counter counter, string? path = null)
    {
        using var env = TestEnvs.Make(id, 2);
        using var run = Create(name, id, env, counter);
        var seen = new List<string>();
        try
        {
            Continue(run, seen);
            return (seen, false);
        }
        catch (OperationCanceledException)
        {
            run.Save(path!);
            return (seen, true);
        }
    }

    private static Algorithm Create(string name, string id, VectorEnv env, Counter counter)
    {
        var options = Options.GetValueOrDefault(name) ?? SmallOptions.Of(name);
        var run = AlgorithmCatalog.Get(name).Create(env, options, 3, new CustomNetworks { FeaturesExtractor = Extractor(id, counter) });
        run.TotalTimesteps = 1000;
        run.Cancellation = counter.Token;
        return run;
    }

    /// <summary>An environment that the algorithm can act in, and that tells its steps.</summary>
    private static VectorEnv Stepping(string name, AutoresetMode mode, Action<int> onStep)
    {
        var step = 0;
        return TestEnvs.Make(AlgorithmCatalog.Get(name).ActionSpaces.Contains("Discrete") ? "CartPole-v1" : "Pendulum-v1", 2, mode)
            .TransformReward((Span<double> _) => onStep(++step));
    }

    private static Algorithm Start(string name, VectorEnv env)
    {
        var run = AlgorithmCatalog.Get(name).Create(env, SmallOptions.Of(name), 3);
        run.TotalTimesteps = 1000;
        return run;
    }

    private static void CancelAt(int stop, int step, CancellationTokenSource source)
    {
        if (step == stop)
        {
            source.Cancel();
        }
    }

    private static void Continue(Algorithm run, List<string> seen, int updates = Updates)
    {
        while (run.Updates < updates)
        {
            seen.Add(See(run));
        }
    }

    private static string See(Algorithm run)
    {
        var report = run.Update();
        var digest = UpdateDigest.Of(run);
        return string.Join(' ', UpdateDigest.OfWeights(run.Policy), digest.Optimizer, report.Timesteps, report.Update, string.Join(' ', report.Metrics));
    }

    private static Extracting Extractor(string id, Counter counter)
    {
        manual_seed(5);
        return new Extracting(id == "CartPole-v1" ? 4 : 3, counter);
    }

    /// <summary>Counts the calls of a network, and cancels at one of them.</summary>
    private sealed class Counter(int stop, CancellationToken token, Action? cancel = null)
    {
        public CancellationToken Token => token;

        public int Calls { get; private set; }

        public void Add()
        {
            if (++Calls == stop)
            {
                cancel!();
            }
        }
    }

    private sealed class Extracting : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer;
        private readonly Counter _counter;

        public Extracting(int features, Counter counter)
            : base(nameof(Extracting))
        {
            _counter = counter;
            _layer = nn.Linear(features, 5);
            register_module("layer", _layer);
        }

        public override Tensor forward(Tensor input)
        {
            _counter.Add();
            return _layer.call(input);
        }
    }
}
