using GymBridge.Environments.ClassicControl;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Environments.Tests;

/// <summary>A native vector environment must do, bit for bit, what as many single environments do.</summary>
public class VectorEqualsSinglesTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    // What a random walk with the registered arguments does not reach.
    private static readonly Dictionary<string, (string Id, Info Kwargs, Info? Options)> Variants = new()
    {
        ["CartPole sutton_barto_reward"] = ("CartPole-v1", new Info { ["sutton_barto_reward"] = true }, null),
        ["CartPole from the edge"] = ("CartPole-v1", new Info(), new Info { ["low"] = -2.3, ["high"] = 2.3 }),
        ["MountainCar at the goal"] = ("MountainCar-v0", new Info { ["goal_velocity"] = 0.01 }, new Info { ["low"] = 0.3, ["high"] = 0.5 }),
        ["MountainCar at the wall"] = ("MountainCar-v0", new Info(), new Info { ["low"] = -1.2, ["high"] = -1.1 }),
        ["MountainCar far away"] = ("MountainCar-v0", new Info(), new Info { ["low"] = -9e7, ["high"] = 9e7 }),
        ["MountainCarContinuous at the goal"] = ("MountainCarContinuous-v0", new Info { ["goal_velocity"] = 0.01 }, new Info { ["low"] = 0.3, ["high"] = 0.5 }),
        ["MountainCarContinuous at the wall"] = ("MountainCarContinuous-v0", new Info(), new Info { ["low"] = -1.2, ["high"] = -1.1 }),
        ["Pendulum g"] = ("Pendulum-v1", new Info { ["g"] = 9.81 }, new Info { ["x_init"] = 1.0, ["y_init"] = 7.9 }),
        ["Pendulum far away"] = ("Pendulum-v1", new Info(), new Info { ["x_init"] = 9e7, ["y_init"] = 1e200 }),
        ["Acrobot too fast"] = ("Acrobot-v1", new Info(), new Info { ["low"] = -40.0, ["high"] = 40.0 }),
        ["Acrobot turning"] = ("Acrobot-v1", new Info(), new Info { ["low"] = -30.0, ["high"] = 30.0 }),
        ["Acrobot book with noise"] = ("Acrobot-v1", new Info { ["torque_noise_max"] = 0.5 }, new Info { ["low"] = -2.0, ["high"] = 2.0 }),
        ["Acrobot nips"] = ("Acrobot-v1", new Info { ["book_or_nips"] = "nips" }, new Info { ["low"] = -2.0, ["high"] = 2.0 }),
        ["FrozenLake dry"] = ("FrozenLake-v1", new Info { ["is_slippery"] = false }, null),
        ["FrozenLake rewards"] = ("FrozenLake-v1", new Info { ["success_rate"] = 0.7, ["reward_schedule"] = TupleValue.Of(10L, -5L, -1L) }, null),
        ["FrozenLake with two starts"] = ("FrozenLake-v1", new Info { ["desc"] = new List<object?> { "SFFHF", "FHFFS", "FFSHG" } }, null),
        ["Taxi rainy and fickle"] = ("Taxi-v4", new Info { ["is_rainy"] = true, ["fickle_passenger"] = true, ["fickle_probability"] = 0.9 }, null),
        ["Blackjack natural"] = ("Blackjack-v1", new Info { ["natural"] = true, ["sab"] = false }, null),
        ["Blackjack plain"] = ("Blackjack-v1", new Info { ["sab"] = false }, null),
        ["GaussianBandit std"] = ("GaussianBandit-v0", new Info { ["arms"] = new List<object?> { -1.0, 2L }, ["std"] = 0.25 }, null),
    };

    public static TheoryData<string, int, AutoresetMode> Runs
    {
        get
        {
            var runs = new TheoryData<string, int, AutoresetMode>();
            foreach (var name in Registry.Specs.Select(spec => spec.Id).Concat(Variants.Keys))
            {
                foreach (var lanes in (int[])[1, 7, 64])
                {
                    foreach (var mode in Enum.GetValues<AutoresetMode>())
                    {
                        runs.Add(name, lanes, mode);
                    }
                }
            }

            return runs;
        }
    }

    // Views, token environments and a few of one step or a hidden state are stepped by SyncVectorEnv.
    public static TheoryData<string> Ids =>
        [.. Registry.Specs.Select(spec => spec.Id).Where(id => !id.StartsWith("Token", StringComparison.Ordinal)
            && id is not ("GridWorldOneHot-v0" or "GridWorldPosition-v0" or "Dialogue-v0" or "DialogueBelief-v0" or "SimpleEnv-v0" or "PointNav-v0"
                or "RankingBandit-v0"))];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Lanes_OfEveryEnvironment_EqualSyncVectorEnv(string name, int lanes, AutoresetMode mode)
    {
        var (id, kwargs, options) = Variants.TryGetValue(name, out var variant) ? variant : (name, new Info(), null);
        var make = new MakeOptions { Kwargs = kwargs, MaxEpisodeSteps = 40, AutoresetMode = mode };
        using var native = Registry.MakeVec(id, lanes, make);
        using var sync = new SyncVectorEnv([.. Enumerable.Range(0, lanes).Select(_ => Registry.Make(id, make))], mode);

        Assert.Equal(sync.PythonTypes.ToString(), native.PythonTypes.ToString());
        AssertEqualRuns(native, sync, 300, checkGenerators: true, options);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Lanes_BeyondTheEndOfEpisodes_EqualSingles(string id)
    {
        // Only lanes that are never reset by themselves can step on; AsyncVectorEnv passes such a step to the environments.
        var make = new MakeOptions { MaxEpisodeSteps = 20, AutoresetMode = AutoresetMode.Disabled };
        using var native = Registry.MakeVec(id, 9, make);
        using var singles = new AsyncVectorEnv([.. Enumerable.Range(0, 9).Select(_ => Registry.Make(id, make))], AutoresetMode.Disabled, workers: 1);
        AssertEqualRuns(native, singles, 120, checkGenerators: true, resetEnded: false);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void MakeVec_OfId_IsNative(string id)
    {
        using var env = Registry.MakeVec(id, 3);
        Assert.IsAssignableFrom<NativeVectorEnv>(env is VectorWrapper wrapper ? wrapper.Inner : env);
        Assert.Equal((id, Registry.GetSpec(id).MaxEpisodeSteps), (env.Spec!.Id, env.Spec.MaxEpisodeSteps));
        using var single = Registry.Make(id);
        Assert.Equal(single.Metadata.ToString(), env.Metadata.ToString());
    }

    [Fact]
    public void MakeVec_OfFrozenLakeWithoutMap_GivesEachLaneAMapOfItsOwn()
    {
        var kwargs = new Info { ["map_name"] = null, ["is_slippery"] = false };
        using var env = Registry.MakeVec("FrozenLake-v1", 3, new MakeOptions { Kwargs = kwargs, MaxEpisodeSteps = 2 });
        Assert.IsType<SyncVectorEnv>(env);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions[0].AsSpan<long>().Clear();
        env.Step(actions, step);
        env.Step(actions, step);
        Assert.Equal([true, true, true], step.Truncated);
    }

    [Theory]
    [InlineData(AutoresetMode.NextStep, 8, false)]
    [InlineData(AutoresetMode.NextStep, 33, true)]
    [InlineData(AutoresetMode.SameStep, 9, false)]
    [InlineData(AutoresetMode.SameStep, 16, true)]
    [InlineData(AutoresetMode.Disabled, 2, false)]
    [InlineData(AutoresetMode.Disabled, 16, true)]
    public void CartPole_OfManyLanes_EqualsSyncVectorEnv(AutoresetMode mode, int lanes, bool suttonBarto)
    {
        using var native = new CartPoleVectorEnv(new(lanes, 30, mode), suttonBarto);
        using var sync = CartPoles(lanes, 30, mode, suttonBarto);
        AssertEqualRuns(native, sync, 1500, checkGenerators: true);
    }

    [Fact]
    public void CartPole_WithWideStarts_EqualsSyncVectorEnv()
    {
        // Angles far outside the range that the vectorised sine and cosine cover.
        using var native = new CartPoleVectorEnv(new(24, null, AutoresetMode.Disabled));
        using var singles = new AsyncVectorEnv([.. Enumerable.Range(0, 24).Select(_ => new CartPoleEnv())], AutoresetMode.Disabled, workers: 1);
        foreach (var bound in (double[])[0.3, 2.0, 1e3, 1e12])
        {
            AssertEqualRuns(native, singles, 100, checkGenerators: false, new Info { ["low"] = -bound, ["high"] = bound }, resetEnded: false);
        }
    }

    [Fact]
    public void CartPole_WithTinyAngles_EqualsSyncVectorEnv()
    {
        using var native = new CartPoleVectorEnv(new(16, 500));
        using var sync = CartPoles(16, 500, AutoresetMode.NextStep, false);
        foreach (var bound in (double[])[0.0, 1e-300, 1e-12, 1e-7])
        {
            AssertEqualRuns(native, sync, 60, checkGenerators: true, new Info { ["low"] = -bound, ["high"] = bound });
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Step_WithoutInfos_AllocatesNothing(string id)
    {
        foreach (var mode in Enum.GetValues<AutoresetMode>().Where(mode => mode != AutoresetMode.Disabled))
        {
            using var env = Registry.MakeVec(id, 64, new MakeOptions { AutoresetMode = mode, MaxEpisodeSteps = 50 });
            var (step, actions) = (env.CreateStep(), env.CreateActions());
            step.WantsInfos = false;
            env.Reset(step, 1);

            // The runtime itself allocates now and then while it recompiles; an allocation of ours would show in every round.
            Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => AllocatedBy(120, () => env.Step(actions, step))));
            Assert.All(step.Infos, Assert.Null);
        }
    }

    [Theory]
    [InlineData("Taxi-v4")]
    [InlineData("FrozenLake-v1")]
    [InlineData("BernoulliBandit-v0")]
    public void Step_WithAndWithoutInfos_DoesTheSame(string id)
    {
        using var with = Registry.MakeVec(id, 5);
        using var without = Registry.MakeVec(id, 5);
        var (a, b, actions) = (with.CreateStep(), without.CreateStep(), with.CreateActions());
        b.WantsInfos = false;
        with.Reset(a, 3);
        without.Reset(b, 3);
        for (var t = 0; t < 200; t++)
        {
            Choose(with, actions, t);
            with.Step(actions, a);
            without.Step(actions, b);
            Assert.True(a.Observations[0].Bytes.SequenceEqual(b.Observations[0].Bytes));
            Assert.Equal(a.Rewards, b.Rewards);
            Assert.Equal(with.GetRng(4), without.GetRng(4));
            Assert.All(a.Infos, Assert.NotNull);
            Assert.All(b.Infos, Assert.Null);
        }
    }

    [Theory]
    [InlineData("CartPole-v1", 2)]
    [InlineData("MountainCar-v0", -1)]
    [InlineData("Acrobot-v1", 3)]
    [InlineData("Taxi-v4", 6)]
    [InlineData("Blackjack-v1", 2)]
    [InlineData("ContextualBandit-v0", 3)]
    public void Step_WithBadActionInOneLane_NamesItAndStepsNoLane(string id, long action)
    {
        using var env = Registry.MakeVec(id, 10);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions[0].AsSpan<long>()[7] = action;
        var before = step.Observations[0].Bytes.ToArray();

        var error = Assert.Throws<InvalidActionException>(() => env.Step(actions, step));

        Assert.Equal(7, error.Data[SyncVectorEnv.LaneDataKey]);
        Assert.Contains($"Action {action} is not in {env.SingleActionSpace} of environment '{id}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, step.Observations[0].Bytes.ToArray());
    }

    // One that steps see: whatever it is for, each lane gets a value of its own.
    private static readonly Dictionary<string, (string Name, object?[] Values)> Settable = new()
    {
        ["CartPole"] = ("gravity", [3.7, 9.8, 20.0]),
        ["MountainCar"] = ("goal_position", [0.2, 0.5, -0.3]),
        ["Pendulum"] = ("g", [3.7, 10.0, 20L]),
        ["Acrobot"] = ("torque_noise_max", [0.0, 0.5, 1.0]),
        ["Blackjack"] = ("sab", [true, false, true]),
        ["Taxi"] = ("fickle_passenger", [true, false, true]),
        ["FrozenLake"] = ("s", [1L, 2L, 3L]),
        ["CliffWalking"] = ("s", [1L, 2L, 3L]),
        ["GridWorld"] = ("s", [1L, 2L, 3L]),
    };

    [Theory]
    [MemberData(nameof(Ids))]
    public void Attributes_OfLanes_EqualThoseOfSinglesBeforeAndAfterOneIsSet(string id)
    {
        foreach (var mode in Enum.GetValues<AutoresetMode>())
        {
            var make = new MakeOptions { MaxEpisodeSteps = 30, AutoresetMode = mode };
            using var native = Registry.MakeVec(id, 3, make);
            using var sync = new SyncVectorEnv([.. Enumerable.Range(0, 3).Select(_ => Registry.Make(id, make))], mode);
            AssertEqualAttributes(native, sync, "np_random_seed"); // from the system's entropy before a reset
            AssertEqualRuns(native, sync, 75, checkGenerators: true);
            AssertEqualAttributes(native, sync);
            if (Settable.FirstOrDefault(item => id.StartsWith(item.Key, StringComparison.Ordinal)).Value is not ({ } name, { } values))
            {
                continue;
            }

            native.SetAttr(name, values.ToList());
            sync.SetAttr(name, values.ToList());
            AssertEqualAttributes(native, sync);
            AssertEqualRuns(native, sync, 75, checkGenerators: true, isNew: false);
            AssertEqualAttributes(native, sync);

            // Where the lanes were is where others go on, with the attributes that were set.
            using var other = Registry.MakeVec(id, 3, make);
            other.RestoreState(native.SaveState());
            AssertEqualAttributes(other, sync);
            AssertEqualRuns(other, sync, 75, checkGenerators: true, isNew: false);
        }
    }

    [Fact]
    public void SetAttribute_ThatCannotBeSet_IsRefusedAndLeavesTheLanesNative()
    {
        using var env = Registry.MakeVec("Taxi-v4", 2);
        Assert.StartsWith("Attribute 'P' of 'TaxiEnv' cannot be set", Assert.Throws<AttributeException>(() => env.SetAttr("P", 1L)).Message, StringComparison.Ordinal);
        Assert.StartsWith("'TaxiEnv' object has no attribute 'locks'. Did you mean 'locs'?", Assert.Throws<AttributeException>(() => env.GetAttr("locks")).Message, StringComparison.Ordinal);
        Assert.Equal(new object[] { 328L, 328L }, env.Call("encode", 3L, 1L, 2L, 0L));
        Assert.False(env.SaveLane(0).ContainsKey("single"));
    }

    private static void AssertEqualAttributes(VectorEnv native, SyncVectorEnv sync, params string[] but)
    {
        // Those of the environment; that of OrderEnforcing, which singles are wrapped in, has no lane.
        var names = Assert.Throws<AttributeException>(() => sync[0].Unwrapped.GetWrapperAttr("no such attribute")).Message.Split("The attributes are ")[1].TrimEnd('.').Split(", ");
        for (var lane = 0; lane < sync.NumEnvs; lane++)
        {
            // A space is one of each, and a specification that of how the lanes were made.
            foreach (var name in names.Except(["action_space", "observation_space", "spec", .. but]))
            {
                var (expected, actual) = (sync.GetAttribute(name, lane), native.GetAttribute(name, lane));
                if (expected is not EnvMethod)
                {
                    Assert.Equal($"{name} {Text(expected)}", $"{name} {Text(actual)}");
                }
            }
        }
    }

    private static string Text(object? value) => $"{value?.GetType().Name} {(value as NDArray)?.DType} {new Info { ["value"] = value }}";

    private static long AllocatedBy(int times, Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [InlineData(AutoresetMode.NextStep)]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.Disabled)]
    public void AsyncRun_OnSeveralThreads_EqualsSync(AutoresetMode mode)
    {
        static Env[] CartPoles() => [.. Enumerable.Range(0, 11).Select(_ => Registry.Make("CartPole-v1", new MakeOptions { MaxEpisodeSteps = 25 }))];
        using var parallel = new AsyncVectorEnv(CartPoles(), mode, workers: 4);
        using var sync = new SyncVectorEnv(CartPoles(), mode);
        AssertEqualRuns(parallel, sync, 300, checkGenerators: true);
    }

    internal static void AssertEqualRuns(
        VectorEnv native, VectorEnv sync, int steps, bool checkGenerators, Info? options = null, bool resetEnded = true, bool isNew = true)
    {
        var (a, b) = (native.CreateStep(), sync.CreateStep());
        var actions = native.CreateActions();
        native.SingleActionSpace.Seed(99);
        if (isNew)
        {
            native.Reset(a, 5, options);
            sync.Reset(b, 5, options);
            AssertEqual(a, b, -1);
        }

        for (var t = 0; t < steps; t++)
        {
            Choose(native, actions, t);
            native.Step(actions, a);
            sync.Step(actions, b);
            AssertEqual(a, b, t);
            AssertEqualGenerators(native, sync, checkGenerators, t);
            if (native.AutoresetMode == AutoresetMode.Disabled && resetEnded)
            {
                ResetEnded(native, sync, a, b, t, options);
                AssertEqualGenerators(native, sync, checkGenerators, t);
            }
        }
    }

    // Random actions, those of a Box also outside it; after half of the time the last one again and again, to reach a goal.
    private static void Choose(VectorEnv env, Columns actions, int t)
    {
        for (var lane = 0; lane < env.NumEnvs; lane++)
        {
            var action = env.SingleActionSpace.Sample();
            if (t / 50 % 2 == 0)
            {
                actions.Write(lane, action is NDArray force ? NDArray.From((float[])[.. force.ToArray<float>().Select(number => number * 1.3f)]) : action);
            }
            else if (env.SingleActionSpace is Discrete discrete && lane % 2 == 0)
            {
                actions.Write(lane, discrete.N - 1);
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

    private static void AssertEqualGenerators(VectorEnv native, VectorEnv sync, bool isWanted, int t)
    {
        for (var lane = 0; isWanted && lane < native.NumEnvs; lane++)
        {
            Assert.True(sync.GetRng(lane) == native.GetRng(lane), $"The generators of lane {lane} differ after step {t}.");
        }
    }

    private static void AssertEqual(VectorStep a, VectorStep b, int t)
    {
        for (var leaf = 0; leaf < a.Observations.Count; leaf++)
        {
            Assert.True(a.Observations[leaf].Bytes.SequenceEqual(b.Observations[leaf].Bytes), $"Observations differ after step {t}.");
        }

        Assert.True(Bits(a.Rewards).SequenceEqual(Bits(b.Rewards)), $"Rewards differ after step {t}.");
        Assert.True(a.Terminated.AsSpan().SequenceEqual(b.Terminated), $"Terminated differs after step {t}.");
        Assert.True(a.Truncated.AsSpan().SequenceEqual(b.Truncated), $"Truncated differs after step {t}.");
        Assert.True(a.HasFinal.AsSpan().SequenceEqual(b.HasFinal), $"HasFinal differs after step {t}.");
        for (var lane = 0; lane < a.Lanes; lane++)
        {
            AssertEqual(a.Infos[lane], b.Infos[lane], $"info of lane {lane} after step {t}");
            AssertEqual(a.FinalInfos[lane], b.FinalInfos[lane], $"final info of lane {lane} after step {t}");
            for (var leaf = 0; a.HasFinal[lane] && leaf < a.Observations.Count; leaf++)
            {
                Assert.True(
                    a.FinalObservations[leaf].Lane(lane).SequenceEqual(b.FinalObservations[leaf].Lane(lane)),
                    $"The final observation of lane {lane} differs after step {t}.");
            }
        }
    }

    private static ReadOnlySpan<byte> Bits(double[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan());

    private static void AssertEqual(Info? native, Info? sync, string what)
    {
        if (native is null && sync is null)
        {
            return;
        }

        Assert.True(native is not null && sync is not null, $"Only one has an {what}.");
        Assert.Equal(sync.Keys, native.Keys);
        foreach (var (key, value) in sync)
        {
            Assert.True(value!.GetType() == native[key]!.GetType() && value.Equals(native[key]), $"'{key}' differs in the {what}: {native[key]} and {value}.");
        }
    }

    private static SyncVectorEnv CartPoles(int lanes, int limit, AutoresetMode mode, bool suttonBarto) => new(
        [.. Enumerable.Range(0, lanes).Select(_ => new CartPoleEnv(suttonBarto).TimeLimit(limit))], mode);
}
