using GymBridge.Environments;
using GymBridge.Environments.ClassicControl;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Environments;

/// <summary>A native vector environment must do, bit for bit, what as many single environments do.</summary>
public class VectorEqualsSinglesTests
{
    public static TheoryData<AutoresetMode, int, bool> Modes
    {
        get
        {
            var modes = new TheoryData<AutoresetMode, int, bool>();
            foreach (var mode in Enum.GetValues<AutoresetMode>())
            {
                foreach (var lanes in (int[])[1, 2, 7, 8, 9, 16, 33])
                {
                    modes.Add(mode, lanes, lanes % 2 == 0);
                }
            }

            return modes;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void CartPole_OfManyLanes_EqualsSyncVectorEnv(AutoresetMode mode, int lanes, bool suttonBarto)
    {
        using var native = new CartPoleVectorEnv(lanes, 30, mode, suttonBarto);
        using var sync = Singles(lanes, 30, mode, suttonBarto);
        AssertEqualRuns(native, sync, 1500, checkGenerators: true);
    }

    [Fact]
    public void CartPole_WithWideStarts_EqualsSyncVectorEnv()
    {
        // Angles far outside the range that the vectorised sine and cosine cover. AsyncVectorEnv passes on what comes after the end.
        using var native = new CartPoleVectorEnv(24, 500, AutoresetMode.Disabled);
        using var sync = new AsyncVectorEnv(SingleEnvs(24, 500, false), AutoresetMode.Disabled);
        foreach (var bound in (double[])[0.3, 2.0, 1e3, 1e12])
        {
            AssertEqualRuns(native, sync, 100, checkGenerators: false, new Info { ["low"] = -bound, ["high"] = bound }, resetEnded: false);
        }
    }

    [Fact]
    public void CartPole_WithTinyAngles_EqualsSyncVectorEnv()
    {
        using var native = new CartPoleVectorEnv(16, 500);
        using var sync = Singles(16, 500, AutoresetMode.NextStep, false);
        foreach (var bound in (double[])[0.0, 1e-300, 1e-12, 1e-7])
        {
            AssertEqualRuns(native, sync, 60, checkGenerators: true, new Info { ["low"] = -bound, ["high"] = bound });
        }
    }

    [Fact]
    public void Step_AfterWarmUp_AllocatesNothing()
    {
        foreach (var mode in Enum.GetValues<AutoresetMode>().Where(mode => mode != AutoresetMode.Disabled))
        {
            using var env = new CartPoleVectorEnv(64, 500, mode);
            var (step, actions) = (env.CreateStep(), env.CreateActions());
            env.Reset(step, 1);

            // The runtime itself allocates now and then while it recompiles; an allocation of ours would show in every round.
            Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => AllocatedBy(1000, () => env.Step(actions, step))));
        }
    }

    private static long AllocatedBy(int times, Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Step_WithBadActionInOneLane_NamesItAndStepsNoLane()
    {
        using var env = new CartPoleVectorEnv(10);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions[0].AsSpan<long>()[7] = 2;
        var before = step.Observations[0].Bytes.ToArray();

        var error = Assert.Throws<InvalidActionException>(() => env.Step(actions, step));

        Assert.Equal(7, error.Data[SyncVectorEnv.LaneDataKey]);
        Assert.Contains("Action 2 is not in Discrete(2) of environment 'CartPole", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, step.Observations[0].Bytes.ToArray());
    }

    [Fact]
    public void MakeVec_OfCartPole_IsNativeWithTheRegisteredLimit()
    {
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v0", 3);
        Assert.IsType<CartPoleVectorEnv>(env);
        Assert.Equal("CartPole-v0", env.Spec!.Id);
        Assert.Equal(200, env.Spec.MaxEpisodeSteps);
    }

    internal static void AssertEqualRuns(
        VectorEnv native, VectorEnv sync, int steps, bool checkGenerators, Info? options = null, bool resetEnded = true)
    {
        var lanes = native.NumEnvs;
        var (a, b) = (native.CreateStep(), sync.CreateStep());
        var actions = native.CreateActions();
        var choose = new Rng(99);
        native.Reset(a, 5, options);
        sync.Reset(b, 5, options);
        AssertEqual(a, b, -1);
        for (var t = 0; t < steps; t++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                actions.Write(lane, choose.Choice(2L));
            }

            native.Step(actions, a);
            sync.Step(actions, b);
            AssertEqual(a, b, t);
            if (native.AutoresetMode == AutoresetMode.Disabled && resetEnded)
            {
                ResetEnded(native, sync, a, b, t, options);
            }

            for (var lane = 0; checkGenerators && lane < lanes; lane++)
            {
                Assert.Equal(sync.GetRng(lane), native.GetRng(lane));
            }
        }
    }

    private static void ResetEnded(VectorEnv native, VectorEnv sync, VectorStep a, VectorStep b, int t, Info? options)
    {
        var ended = a.Terminated.Zip(a.Truncated, (terminated, truncated) => terminated || truncated).ToArray();
        if (!ended.Contains(true))
        {
            return;
        }

        // Every second lane runs on with its generator, the others get a seed of their own.
        var seeds = ended.Select((_, lane) => lane % 2 == 0 ? (Seed?)null : (Seed)((1000 * t) + lane)).ToArray();
        native.Reset(a, seeds, ended, options);
        sync.Reset(b, seeds, ended, options);
        AssertEqual(a, b, t);
    }

    private static void AssertEqual(VectorStep a, VectorStep b, int t)
    {
        Assert.True(a.Observations[0].Bytes.SequenceEqual(b.Observations[0].Bytes), $"Observations differ after step {t}.");
        Assert.True(a.Rewards.AsSpan().SequenceEqual(b.Rewards), $"Rewards differ after step {t}.");
        Assert.True(a.Terminated.AsSpan().SequenceEqual(b.Terminated), $"Terminated differs after step {t}.");
        Assert.True(a.Truncated.AsSpan().SequenceEqual(b.Truncated), $"Truncated differs after step {t}.");
        Assert.True(a.HasFinal.AsSpan().SequenceEqual(b.HasFinal), $"HasFinal differs after step {t}.");
        for (var lane = 0; lane < a.Lanes; lane++)
        {
            Assert.Null(a.Infos[lane]);
            Assert.Null(a.FinalInfos[lane]);
            Assert.True(
                !a.HasFinal[lane] || a.FinalObservations[0].Lane(lane).SequenceEqual(b.FinalObservations[0].Lane(lane)),
                $"The final observation of lane {lane} differs after step {t}.");
        }
    }

    private static SyncVectorEnv Singles(int lanes, int limit, AutoresetMode mode, bool suttonBarto) => new(SingleEnvs(lanes, limit, suttonBarto), mode);

    private static List<Env> SingleEnvs(int lanes, int limit, bool suttonBarto) =>
        [.. Enumerable.Range(0, lanes).Select(_ => GymBridge.Wrappers.TimeLimit.Wrap(new CartPoleEnv(suttonBarto), limit))];
}
