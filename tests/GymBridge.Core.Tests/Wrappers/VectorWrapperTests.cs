using GymBridge.Batch;
using GymBridge.Environments;
using GymBridge.Environments.ClassicControl;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers;
using Single = GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

public class VectorWrapperTests
{
    private static readonly Dictionary<string, Func<VectorEnv, VectorEnv>> Quiet = new()
    {
        ["dtype"] = env => env.DtypeObservation(DType.Float64),
        ["reshape"] = env => env.ReshapeObservation(2, 2),
        ["flatten"] = env => env.FlattenObservation(),
        ["normalize"] = env => env.NormalizeObservation(),
        ["normalize float64"] = env => env.DtypeObservation(DType.Float64).NormalizeObservation(),
        ["transform"] = env => env.TransformObservation((source, target) => source[0].Bytes.CopyTo(target[0].Bytes)),
        ["transform action"] = env => env.TransformAction((source, target) => source[0].Bytes.CopyTo(target[0].Bytes)),
        ["vectorize action"] = env => env.TransformAction<long, long>(action => 1 - action, new Discrete(2)),
        ["clip reward"] = env => env.ClipReward(0, 0.5),
        ["transform reward"] = env => env.TransformReward(rewards => rewards.Fill(1)),
        ["frame stack"] = env => env.FrameStack(4),
        ["normalize reward"] = env => env.NormalizeReward(),
    };

    public static TheoryData<string> QuietNames => [.. Quiet.Keys];

    [Theory]
    [MemberData(nameof(QuietNames))]
    public void Step_OfWrapperWithoutInfo_AllocatesNothing(string name)
    {
        using var env = Quiet[name](new CartPoleVectorEnv(new(16)));
        AssertAllocatesNothing(env);
    }

    [Fact]
    public void Step_OfActionAndImageWrappers_AllocatesNothing()
    {
        using var actions = new QuietEnv(3).RescaleAction(-1, 1).ClipAction();
        AssertAllocatesNothing(actions);
        using var images = new QuietEnv(3).GrayscaleObservation().ResizeObservation(3, 5);
        AssertAllocatesNothing(images);
        using var rescaled = new QuietEnv(2).DtypeObservation(DType.Float32).RescaleObservation(0, 1);
        AssertAllocatesNothing(rescaled);
    }

    [Theory]
    [InlineData(AutoresetMode.NextStep, false)]
    [InlineData(AutoresetMode.SameStep, false)]
    [InlineData(AutoresetMode.SameStep, true)]
    public void FrameStack_OfManyLanes_EqualsTheSingleOnes(AutoresetMode mode, bool padsWithZeros)
    {
        using var vector =
            new SyncVectorEnv([.. Enumerable.Range(0, 3).Select(lane => new NoiseEnv(lane).TimeLimit(4 + lane))], mode).FrameStack(4, padsWithZeros);
        using var singles = new SyncVectorEnv(
            [.. Enumerable.Range(0, 3).Select(lane => Single.FrameStackObservation.Wrap(new NoiseEnv(lane).TimeLimit(4 + lane), 4, padsWithZeros))], mode);
        AssertEqualRuns(vector, singles);
    }

    [Fact]
    public void FrameStack_RestoredInTheMiddleOfAnEpisode_GoesOnAsItWould()
    {
        using var env = new CartPoleVectorEnv(new(2)).FrameStack(3);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        env.Step(actions, step);
        var state = env.SaveState();
        env.Step(actions, step);
        using var other = new CartPoleVectorEnv(new(2)).FrameStack(3);
        other.RestoreState(state);
        var resumed = other.CreateStep();
        other.Step(actions, resumed);
        Assert.Equal(step.Observations[0].Bytes, resumed.Observations[0].Bytes);
    }

    [Fact]
    public void FrameStack_WrongArguments_SaysWhatIsWrong()
    {
        using var env = new CartPoleVectorEnv(new(2));
        Assert.StartsWith("The stack_size needs to be greater than zero, actual value: 0", Assert.Throws<ArgumentOutOfRangeException>(() => env.FrameStack(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageWrappers_OfManyLanes_EqualTheSingleOnes()
    {
        using var vector = Images().GrayscaleObservation(keepDim: true).ResizeObservation(7, 4);
        using var singles = new SyncVectorEnv(
            [.. Enumerable.Range(0, 3).Select(
                lane => Single.ResizeObservation.Wrap(Single.GrayscaleObservation.Wrap(new NoiseEnv(lane), keepDim: true), 7, 4))]);
        AssertEqualRuns(vector, singles);

        static SyncVectorEnv Images() => new([.. Enumerable.Range(0, 3).Select(lane => new NoiseEnv(lane))]);
    }

    [Fact]
    public void FilterObservation_OfDicts_EqualsTheSingleOne()
    {
        using var vector = Dicts(env => env).FilterObservation("b", "c").FlattenObservation();
        using var singles = Dicts(env => Single.FlattenObservation.Wrap(Single.FilterObservation.Wrap(env, "b", "c")));
        AssertEqualRuns(vector, singles);

        static SyncVectorEnv Dicts(Func<Env, Env> wrap) => new([.. Enumerable.Range(0, 3).Select(_ => wrap(new DictEnv()))]);
    }

    [Fact]
    public void FilterAndFlatten_OfTexts_EqualTheSingleOnes()
    {
        using var vector = new SyncVectorEnv([new DictEnv()]).FilterObservation("a", "text").FlattenObservation();
        using var single = new SyncVectorEnv([Single.FlattenObservation.Wrap(Single.FilterObservation.Wrap(new DictEnv(), "a", "text"))]);
        Assert.Equal([8], ((Box)vector.SingleObservationSpace).Shape.ToArray());
        AssertEqualRuns(vector, single);
    }

    [Fact]
    public void VectorizeTransformObservation_OfTypedFunction_SeesEachLane()
    {
        using var env = new SyncVectorEnv([new CounterEnv(50), new CounterEnv(50)]).TransformObservation<float[], long>(
            observation => (long)observation[0] * 10, new Discrete(1000));
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions.Write(0, 1L);
        actions.Write(1, 2L);
        env.Step(actions, step);
        Assert.Equal([10L, 20L], step.Observations[0].AsSpan<long>().ToArray());
        Assert.Equal(2, step.Infos[1]!["count"]);
        Assert.Equal([1.0, 2.0], step.Rewards);
    }

    [Fact]
    public void Reset_WithMask_LeavesOtherLanesAlone()
    {
        using var env = new CartPoleVectorEnv(new(3, AutoresetMode: AutoresetMode.Disabled)).DtypeObservation(DType.Float64);
        var step = env.CreateStep();
        env.Reset(step, 1);
        step.Observations[0].AsSpan<double>()[0] = 42;
        env.Reset(step, [9, 9, 9], [false, true, false]);
        Assert.Equal(42, step.Observations[0].AsSpan<double>()[0]);
        using var fresh = new CartPoleVectorEnv(new(1)).DtypeObservation(DType.Float64);
        var other = fresh.CreateStep();
        fresh.Reset(other, 9);
        Assert.Equal(other.Observations[0].Bytes.ToArray(), step.Observations[0].Lane(1).ToArray());
    }

    [Fact]
    public void ObservationWrappers_AroundSameStep_ChangeFinalObservationsToo()
    {
        using var plain = new CartPoleVectorEnv(new(5, 9, AutoresetMode.SameStep));
        using var wrapped = new CartPoleVectorEnv(new(5, 9, AutoresetMode.SameStep)).TransformObservation<float[], float[]>(
            observation => [observation[3], observation[0] * 2], new Box(double.NegativeInfinity, double.PositiveInfinity, [2]));
        var (expected, actual, actions) = (plain.CreateStep(), wrapped.CreateStep(), plain.CreateActions());
        plain.Reset(expected, 4);
        wrapped.Reset(actual, 4);
        var finals = 0;
        for (var t = 0; t < 40; t++)
        {
            plain.Step(actions, expected);
            wrapped.Step(actions, actual);
            Assert.Equal(expected.HasFinal, actual.HasFinal);
            for (var lane = 0; lane < 5; lane++)
            {
                Check(expected.Observations, actual.Observations, lane);
                if (expected.HasFinal[lane])
                {
                    finals++;
                    Check(expected.FinalObservations, actual.FinalObservations, lane);
                }
            }
        }

        Assert.True(finals >= 15);

        static void Check(Columns inside, Columns outside, int lane)
        {
            var (from, to) = ((NDArray)inside.Read(lane), (NDArray)outside.Read(lane));
            Assert.Equal([from.ToArray<float>()[3], from.ToArray<float>()[0] * 2], to.ToArray<float>());
        }
    }

    [Fact]
    public void NormalizeObservation_AroundSameStep_NormalizesFinalsByTheMomentsOfTheRest()
    {
        using var plain = new CartPoleVectorEnv(new(3, 9, AutoresetMode.SameStep));
        using var wrapped = new CartPoleVectorEnv(new(3, 9, AutoresetMode.SameStep)).NormalizeObservation(out var normalization);
        var (inside, outside, actions) = (plain.CreateStep(), wrapped.CreateStep(), plain.CreateActions());
        plain.Reset(inside, 4);
        wrapped.Reset(outside, 4);
        var batches = 1;
        while (!outside.HasFinal[1])
        {
            plain.Step(actions, inside);
            wrapped.Step(actions, outside);
            batches++;
        }

        Assert.True(inside.HasFinal[1]);
        Assert.Equal((3 * batches) + 1e-4, normalization.Moments.Count, 9);
        var (mean, deviation) = (normalization.Moments.Mean[2], Math.Sqrt(normalization.Moments.Variance[2] + 1e-8));
        var final = ((NDArray)inside.FinalObservations.Read(1)).ToArray<float>()[2];
        Assert.Equal((final - mean) / deviation, ((NDArray)outside.FinalObservations.Read(1)).ToArray<float>()[2], 4);
    }

    [Fact]
    public void NormalizeObservation_WithoutAutoreset_IsRefused()
    {
        var disabled = new CartPoleVectorEnv(new(2, AutoresetMode: AutoresetMode.Disabled));
        Assert.Contains("to be AutoresetMode.NEXT_STEP", Assert.Throws<ArgumentException>(() => disabled.NormalizeObservation()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SaveState_OfWrappedLanes_GoesOnBitForBit()
    {
        VectorEnv Make() => new CartPoleVectorEnv(new(4, 20, AutoresetMode.SameStep))
            .RecordEpisodeStatistics().NormalizeReward(0.9).NormalizeObservation().ClipReward(-1, 1);
        using var first = Make();
        using var second = Make();
        var (step, other, actions) = (first.CreateStep(), second.CreateStep(), first.CreateActions());
        first.Reset(step, 4);
        for (var t = 0; t < 33; t++)
        {
            first.Step(actions, step);
        }

        second.RestoreState(first.SaveState());
        for (var t = 0; t < 30; t++)
        {
            first.Step(actions, step);
            second.Step(actions, other);
            Assert.Equal(step.Observations[0].Bytes.ToArray(), other.Observations[0].Bytes.ToArray());
            Assert.Equal(step.Rewards, other.Rewards);
            Assert.Equal(step.HasFinal, other.HasFinal);
        }

        Assert.Contains("keeps what belongs to all lanes together", Assert.Throws<SnapshotException>(() => first.SaveLane(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrappers_WithBadArguments_NameTheValue()
    {
        var env = new CartPoleVectorEnv(new(2));
        Refused("requires a Box action space, got Discrete(2)", () => env.ClipAction());
        Refused("Received 1.5", () => env.NormalizeReward(1.5));
        Refused("Received 0.0", () => env.NormalizeReward(epsilon: 0));
        Refused("Received -1.0", () => env.NormalizeObservation(-1));
        Refused("cannot be None", () => env.ClipReward());
        Refused("original shape", () => env.ReshapeObservation(3));
        Refused("only usable with `Dict`", () => env.FilterObservation("a"));
        using var normalize = env.NormalizeObservation();
        var step = normalize.CreateStep();
        Assert.Contains("does not support partial resets", Assert.Throws<ArgumentException>(() => normalize.Reset(step, default, [true, false])).Message, StringComparison.Ordinal);
        normalize.Reset(step, default, [true, true]);

        static void Refused(string text, Func<VectorEnv> wrap) =>
            Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(wrap).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrapper_AroundVectorEnv_PassesOnAndCloses()
    {
        var inner = EnvironmentCatalog.CreateRegistry().MakeVec("FrozenLake-v1", 2, new MakeOptions { RenderMode = "ansi" });
        var env = inner.DtypeObservation(DType.Float32).ClipReward(0, 1);
        Assert.Equal("Box(0.0, 15.0, (2,), float32)", env.ObservationSpace.ToString());
        Assert.Equal("MultiDiscrete([4 4])", env.ActionSpace.ToString());
        Assert.Same(inner.ObservationSpace, inner.TransformReward(_ => { }).ObservationSpace);
        env.Reset(env.CreateStep(), 7);
        Assert.Equal("FrozenLake-v1", env.Spec!.Id);
        Assert.Equal("ansi", env.RenderMode);
        Assert.IsType<string>(env.Render(1));
        Assert.Equal(8, env.GetRng(1).Seed);
        Assert.Equal(inner.GetAttr("spec").ToArray(), env.GetAttr("spec").ToArray());
        env.SetRng(1, env.GetRng(0).State);
        Assert.Equal(inner.GetRng(0).State, inner.GetRng(1).State);
        env.Dispose();
        Assert.True(inner.IsClosed);
        Assert.Throws<ClosedEnvironmentException>(() => env.Reset(env.CreateStep()));
    }

    [Fact]
    public void RecordEpisodeStatistics_OfEndedLanes_CountsAndKeepsTheLast()
    {
        using var env = new SyncVectorEnv([new CounterEnv(4), new CounterEnv(50)]).RecordEpisodeStatistics(out var episodes, bufferLength: 2);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions.Write(0, 2L);
        actions.Write(1, 1L);
        for (var t = 0; t < 9; t++)
        {
            env.Step(actions, step);
            Assert.Equal(t % 3 == 1, step.Infos[0]!.ContainsKey("episode"));
            Assert.False(step.Infos[1]!.ContainsKey("episode"));
        }

        Assert.Equal(3, episodes.EpisodeCount);
        Assert.Equal([(4.0, 2), (4.0, 2)], episodes.RecentEpisodes.Select(episode => (episode.Return, episode.Length)));
        using var twice = new SyncVectorEnv([new CounterEnv(1)]).RecordEpisodeStatistics().RecordEpisodeStatistics();
        var one = twice.CreateStep();
        twice.Reset(one, 1);
        var action = twice.CreateActions();
        action.Write(0, 1L);
        Assert.Contains("key 'episode' but this key already exists", Assert.Throws<ArgumentException>(() => twice.Step(action, one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DictInfoToList_OfBatchedInfo_GivesTheLanesTheirOwn()
    {
        using var env = new SyncVectorEnv([new CounterEnv(4), new CounterEnv(50)]);
        var step = env.CreateStep();
        env.Reset(step, 1);
        step.Infos[0] = new Info { ["a"] = 1.5, ["deep"] = new Info { ["b"] = NDArray.From(1, 2) } };
        step.Infos[1] = new Info { ["text"] = "x", ["a"] = 2.5 };
        var infos = InfoBatching.Split(InfoBatching.Batch(step), 2);
        Assert.Equal(["a", "deep"], infos[0].Keys);
        Assert.Equal(NumPyScalar.From(1.5), infos[0]["a"]);
        Assert.Equal(NDArray.From(1, 2), ((Info)infos[0]["deep"]!)["b"]);
        Assert.Equal(["a", "text"], infos[1].Keys);
        Assert.Equal("x", infos[1]["text"]);
        Assert.Contains("length equal to the num-envs (3), actual length is 2", Assert.Throws<ArgumentException>(() => InfoBatching.Split(InfoBatching.Batch(step), 3)).Message, StringComparison.Ordinal);
    }

    private static void AssertAllocatesNothing(VectorEnv env)
    {
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);

        // The runtime itself allocates now and then while it recompiles; an allocation of ours would show in every round.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                env.Step(actions, step);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    private static void AssertEqualRuns(VectorEnv a, VectorEnv b)
    {
        Assert.Equal(b.SingleObservationSpace, a.SingleObservationSpace);
        var (stepA, stepB, actions) = (a.CreateStep(), b.CreateStep(), a.CreateActions());
        a.Reset(stepA, 3);
        b.Reset(stepB, 3);
        for (var t = 0; t < 20; t++)
        {
            Assert.True(stepA.Observations[0].Bytes.SequenceEqual(stepB.Observations[0].Bytes), $"Observations differ at step {t}.");
            a.Step(actions, stepA);
            b.Step(actions, stepB);
            Assert.Equal(stepB.HasFinal, stepA.HasFinal);
            for (var lane = 0; lane < stepA.Lanes; lane++)
            {
                Assert.True(!stepA.HasFinal[lane] || stepA.FinalObservations[0].Lane(lane).SequenceEqual(stepB.FinalObservations[0].Lane(lane)), $"Final observations differ at step {t}.");
            }
        }
    }

    private sealed class NoiseEnv(int lane) : Env<NDArray, long>(new Box(0, 255, [11, 9, 3], DType.UInt8), new Discrete(2))
    {
        private int _time;

        protected override ResetResult<NDArray> OnReset(Info? options) => Observe();

        protected override StepResult<NDArray> OnStep(long action) => new(Observe(), 0, false);

        private NDArray Observe() => NDArray.FromBytes(DType.UInt8, [11, 9, 3], TestImages.Noise((100 * lane) + _time++, 11 * 9 * 3));
    }

    private sealed class DictEnv() : Env<object, long>(Dict, new Discrete(2))
    {
        private static readonly DictSpace Dict = new(new Dictionary<string, Space>
        {
            ["a"] = new Discrete(3, start: 2),
            ["b"] = new MultiDiscrete(NDArray.From(2L, 3L)),
            ["c"] = new TupleSpace(new Box(0, 1, [2]), new MultiBinary(3)),
            ["text"] = new Text(5),
        });

        private readonly Space _space = Dict.Clone();

        protected override ResetResult<object> OnReset(Info? options)
        {
            _space.Seed(Rng.Integers(0L, 1000L));
            return new(_space.Sample());
        }

        protected override StepResult<object> OnStep(long action) => new(_space.Sample(), 0, false);
    }

    private sealed class QuietEnv(int lanes) : VectorEnv(lanes, new Box(0, 255, [6, 8, 3], DType.UInt8), new Box(-2, 2, [2]), AutoresetMode.NextStep)
    {
        protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
        {
        }

        protected override void OnStep(Columns actions, VectorStep result)
        {
        }
    }
}
