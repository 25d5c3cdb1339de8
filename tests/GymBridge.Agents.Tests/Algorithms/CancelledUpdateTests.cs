using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Agents.Reproducibility;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Updates of algorithms with a replay buffer that are cancelled between any two of their steps.</summary>
public class CancelledUpdateTests
{
    private const int Updates = 5;

    // 3 steps of 2 lanes and 4 of the optimizer in a cycle, 3 cycles in an update.
    public static TheoryData<string, string> Algorithms => new() { { "dqn", "CartPole-v1" }, { "sac", "Pendulum-v1" } };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Update_CancelledAnywhere_GoesOnFromItsCheckpointBitForBit(string name, string id)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        var counter = new Counter(int.MaxValue, CancellationToken.None);
        var whole = Run(name, id, counter).Seen;
        var calls = counter.Calls;
        Assert.InRange(calls, 100, 10_000);
        for (var stop = 7; stop < calls; stop += calls / 12)
        {
            using var source = new CancellationTokenSource();
            var (seen, interrupted) = Run(name, id, new Counter(stop, source.Token, source.Cancel), path);
            Assert.True(interrupted);
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
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Update_CancelledAndCalledAgain_GoesOnWithoutACheckpoint(string name, string id)
    {
        var whole = Run(name, id, new Counter(int.MaxValue, CancellationToken.None)).Seen;
        using var source = new CancellationTokenSource();
        using var env = TestEnvs.Make(id, 2);
        using var run = Create(name, id, env, new Counter(60, source.Token, source.Cancel));
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
        using var resumed = Dqn.Load(folder.Combine("run.gym"), env, warn: _ => { });
        resumed.Learn(12);
        Assert.True(resumed.IsComplete);

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
        var options = SmallOptions.Of(name) is var small && small is DqnOptions dqn
            ? (AlgorithmOptions)(dqn with { TrainFrequency = 3, GradientSteps = 4, StepsPerReport = 9, NSteps = 2 })
            : (SacOptions)small with { TrainFrequency = 3, GradientSteps = 4, StepsPerReport = 9 };
        var run = AlgorithmCatalog.Get(name).Create(env, options, 3, new CustomNetworks { FeaturesExtractor = Extractor(id, counter) });
        run.TotalTimesteps = 1000;
        run.Cancellation = counter.Token;
        return run;
    }

    private static void Continue(Algorithm run, List<string> seen)
    {
        while (run.Updates < Updates)
        {
            seen.Add(See(run));
        }
    }

    private static string See(Algorithm run)
    {
        var report = run.Update();
        return string.Join(' ', UpdateDigest.OfWeights(run.Policy), UpdateDigest.Of(run).Optimizer, report.Timesteps, string.Join(' ', report.Metrics));
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
