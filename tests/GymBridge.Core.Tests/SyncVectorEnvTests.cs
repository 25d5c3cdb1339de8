using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

public class SyncVectorEnvTests
{
    [Fact]
    public void NextStep_AfterEnd_ResetsAndIgnoresTheAction()
    {
        using var env = Make(AutoresetMode.NextStep, out var step, out var actions);
        env.Reset(step, 10);
        Set(actions, 2, 1);
        env.Step(actions, step);
        env.Step(actions, step);
        Assert.Equal((true, false), (step.Terminated[0], step.Terminated[1]));
        Assert.False(step.HasFinal[0]);
        env.Step(actions, step);
        Assert.Equal((0.0, false), (step.Rewards[0], step.Terminated[0]));
        Assert.Equal(0f, step.Observations[0].AsSpan<float>()[0]);
        Assert.Equal(0, step.Infos[0]!["start"]);
        Assert.Equal(3, step.Infos[1]!["count"]);
    }

    [Fact]
    public void SameStep_AtEnd_KeepsTheFinalObservationAndInfo()
    {
        using var env = Make(AutoresetMode.SameStep, out var step, out var actions);
        env.Reset(step, 10);
        Set(actions, 2, 1);
        env.Step(actions, step);
        env.Step(actions, step);
        Assert.Equal((true, 2.0, true), (step.Terminated[0], step.Rewards[0], step.HasFinal[0]));
        Assert.Equal(4f, step.FinalObservations[0].AsSpan<float>()[0]);
        Assert.Equal(4, step.FinalInfos[0]!["count"]);
        Assert.Equal(0f, step.Observations[0].AsSpan<float>()[0]);
        Assert.Equal(0, step.Infos[0]!["start"]);
        Assert.False(step.HasFinal[1]);
        env.Step(actions, step);
        Assert.False(step.HasFinal[0]);
        Assert.Null(step.FinalInfos[0]);
    }

    [Fact]
    public void Disabled_AfterEnd_LeavesTheResetToTheMask()
    {
        using var env = Make(AutoresetMode.Disabled, out var step, out var actions);
        env.Reset(step, 10);
        Set(actions, 2, 1);
        env.Step(actions, step);
        env.Step(actions, step);
        var untouched = env.GetRng(1);
        env.Reset(step, [99, 98], [true, false], new Info { ["count"] = 2 });
        Assert.Equal(2f, step.Observations[0].AsSpan<float>()[0]);
        Assert.Equal((float)new Rng(99).Random(), step.Observations[0].AsSpan<float>()[1]);
        Assert.Equal(2f, step.Observations[0].AsSpan<float>()[2]);
        Assert.Null(step.Infos[1]);
        Assert.Equal(untouched, env.GetRng(1));
    }

    [Fact]
    public void Disabled_StepWhileALaneHasEnded_IsRefusedUntilItIsReset()
    {
        using var env = Make(AutoresetMode.Disabled, out var step, out var actions);
        env.Reset(step, 10);
        Set(actions, 2, 1);
        env.Step(actions, step);
        env.Step(actions, step);
        Assert.Equal((true, false), (step.Terminated[0], step.Terminated[1]));
        var error = Assert.Throws<ResetNeededException>(() => env.Step(actions, step));
        Assert.StartsWith("self._autoreset_envs=array([ True, False]): autoreset is disabled", error.Message, StringComparison.Ordinal);
        env.Reset(step, default, [true, false]);
        env.Step(actions, step);
    }

    [Fact]
    public void OfOne_StepAfterTheEnd_IsPassedOn()
    {
        using var env = SyncVectorEnv.OfOne(new CounterEnv(), AutoresetMode.Disabled);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 10);
        Set(actions, 2);
        for (var i = 1; i <= 4; i++)
        {
            env.Step(actions, step);
            Assert.Equal((2f * i, i > 2), (step.Observations[0].AsSpan<float>()[0], step.Terminated[0]));
        }
    }

    [Fact]
    public void Reset_WithOneSeed_SeedsLaneIWithSeedPlusI()
    {
        using var env = Make(AutoresetMode.NextStep, out var step, out _);
        env.Reset(step, 41);
        Assert.Equal((41, 42), ((int)env.GetRng(0).Seed, (int)env.GetRng(1).Seed));
        env.Reset(step);
        Assert.Equal(41, (int)env.GetRng(0).Seed);
        env.Reset(step, [null, 7]);
        Assert.Equal((41, 7), ((int)env.GetRng(0).Seed, (int)env.GetRng(1).Seed));
        env.SetRng(0, new Rng(3).State);
        Assert.Equal((-1, new Rng(3).State), ((int)env.GetRng(0).Seed, env.GetRng(0).State));
    }

    [Fact]
    public void Reset_WithBadLengthsOrEmptyMask_NamesTheNumbers()
    {
        using var env = Make(AutoresetMode.NextStep, out var step, out _);
        Assert.Contains("3 seeds were given for 2 lanes", Assert.Throws<ArgumentException>(() => env.Reset(step, [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("1 mask flag was given for 2 lanes", Assert.Throws<ArgumentException>(() => env.Reset(step, default, [true])).Message, StringComparison.Ordinal);
        Assert.Contains("at least one true", Assert.Throws<ArgumentException>(() => env.Reset(step, default, [false, false])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_BeforeResetOrAfterClose_IsRefused()
    {
        var env = Make(AutoresetMode.NextStep, out var step, out var actions);
        Assert.Throws<ResetNeededException>(() => env.Step(actions, step));
        Assert.Throws<ArgumentException>(() => env.Reset(new VectorStep(env.SingleObservationSpace, 3)));
        env.Reset(step, 1);
        Assert.Contains("3 actions were given for 2 lanes", Assert.Throws<ArgumentException>(() => env.Step(new Columns(env.SingleActionSpace, 3), step)).Message, StringComparison.Ordinal);
        env.Dispose();
        Assert.Throws<ClosedEnvironmentException>(() => env.Step(actions, step));
        Assert.All(Enumerable.Range(0, 2), lane => Assert.Equal(1, ((CounterEnv)env[lane]).Closed));
    }

    [Fact]
    public void Step_WhenALaneThrows_NamesTheLane()
    {
        using var env = new SyncVectorEnv([new CounterEnv(), new ThrowingEnv()]);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        var error = Assert.Throws<InvalidOperationException>(() => env.Step(actions, step));
        Assert.Equal(1, error.Data[SyncVectorEnv.LaneDataKey]);
    }

    [Fact]
    public void Constructor_WithDifferentSpaces_NamesThem()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new SyncVectorEnv([new CounterEnv(), new OtherEnv()]));
        Assert.Equal(
            "observation_mode='same' however the sub-environments observation spaces are not equivalent. single_observation_space=Box(0.0, 1000.0, (2,), float32), sub-environment observation_space=Discrete(9) (lane 1). If this is intentional, use ObservationMode.Different instead.",
            error.Message);
        Assert.Contains("do not share a common shape and dtype", Assert.Throws<InvalidOperationException>(
            () => new AsyncVectorEnv([new CounterEnv(), new OtherEnv()], observationMode: ObservationMode.Different)).Message, StringComparison.Ordinal);
        Assert.Contains("action_space=Discrete(4) (lane 1), single_action_space=Discrete(3)", Assert.Throws<InvalidOperationException>(
            () => new SyncVectorEnv([new OtherEnv(), new OtherEnv(actions: 4)])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SyncVectorEnv([]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Different_SpacesOfOneShape_BatchTheirBounds(bool isAsync)
    {
        Env[] envs = [new OtherEnv(5), new OtherEnv(9)];
        using VectorEnv env = isAsync
            ? new AsyncVectorEnv(envs, observationMode: ObservationMode.Different)
            : new SyncVectorEnv(envs, observationMode: ObservationMode.Different);
        Assert.Equal(("Discrete(5)", "MultiDiscrete([5 9])", "MultiDiscrete([3 3])"), (env.SingleObservationSpace.ToString(), env.ObservationSpace.ToString(), env.ActionSpace.ToString()));
        var step = env.CreateStep();
        env.Reset(step);
        Assert.Equal([4L, 8L], step.Observations[0].AsSpan<long>().ToArray());
    }

    [Fact]
    public void CustomObservationMode_KeepsTheSpacesGiven()
    {
        var (batch, single) = (new GymBridge.Spaces.MultiDiscrete([20, 20]), new GymBridge.Spaces.Discrete(20));
        using var env = new SyncVectorEnv([new OtherEnv(5), new OtherEnv(9)], observationMode: ObservationMode.Of(batch, single));
        Assert.Same(batch, env.ObservationSpace);
        Assert.Same(single, env.SingleObservationSpace);
        Assert.Throws<InvalidOperationException>(() => new SyncVectorEnv([new CounterEnv()], observationMode: ObservationMode.Of(batch, single)));
    }

    private static SyncVectorEnv Make(AutoresetMode mode, out VectorStep step, out Columns actions)
    {
        var env = new SyncVectorEnv([new CounterEnv(4), new CounterEnv(50)], mode);
        (step, actions) = (env.CreateStep(), env.CreateActions());
        return env;
    }

    private static void Set(Columns actions, params long[] values)
    {
        for (var lane = 0; lane < values.Length; lane++)
        {
            actions.Write(lane, values[lane]);
        }
    }

    private sealed class ThrowingEnv() : Env<float[], long>(new GymBridge.Spaces.Box(0, 1000, [2]), new GymBridge.Spaces.Discrete(3))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new float[2];

        protected override StepResult<float[]> OnStep(long action) => throw new InvalidOperationException("broken");
    }

    private sealed class OtherEnv(long states = 9, long actions = 3) : Env<long, long>(
        new GymBridge.Spaces.Discrete(states), new GymBridge.Spaces.Discrete(actions))
    {
        protected override ResetResult<long> OnReset(Info? options) => states - 1;

        protected override StepResult<long> OnStep(long action) => new(0, 0, true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_SameStepOfEnvironmentThatKeepsOneInfo_ShowsTheLastStepsValues(bool isAsync)
    {
        using VectorEnv lanes = isAsync
            ? new AsyncVectorEnv([new Keeps()], AutoresetMode.SameStep)
            : new SyncVectorEnv([new Keeps()], AutoresetMode.SameStep);
        var (step, actions) = (lanes.CreateStep(), lanes.CreateActions());
        lanes.Reset(step, 1);
        for (var t = 0; t < 4; t++)
        {
            lanes.Step(actions, step);
        }

        var final = step.FinalInfos[0]!;
        Assert.Equal(4L, final["t"]);
        Assert.Equal([4L, 2L], (List<object?>)((Info)final["inner"]!)["list"]!);
        Assert.Equal(NDArray.From(4.0), ((Info)final["inner"]!)["array"]);
        Assert.Equal(0L, step.Infos[0]!["t"]);
    }

    private sealed class Keeps() : Env<float[], long>(new Box(0, 100, [1]), new Discrete(2))
    {
        private readonly Info _info = new() { ["inner"] = new Info { ["list"] = new List<object?> { 0L, 2L }, ["array"] = NDArray.From(0.0) } };
        private long _t;

        protected override ResetResult<float[]> OnReset(Info? options) => new([0f], Told(0));

        protected override StepResult<float[]> OnStep(long action) => new([_t + 1], 1, _t + 1 >= 4, false, Told(_t + 1));

        private Info Told(long t)
        {
            _info["t"] = _t = t;
            var inner = (Info)_info["inner"]!;
            ((List<object?>)inner["list"]!)[0] = t;
            ((NDArray)inner["array"]!).AsSpan<double>()[0] = t;
            return _info;
        }
    }

    [Theory]
    [InlineData(3, "An array of 3 elements does not fill Box(-1.0, 1.0, (2,), float32); it takes 2.")]
    [InlineData(-1, "null is no value of Box(-1.0, 1.0, (2,), float32).")]
    public void Reset_ObservationOfAWrongShape_NamesTheEnvironment(int elements, string text)
    {
        using var envs = new SyncVectorEnv([new Misshapen(elements)]);
        var error = Assert.Throws<ArgumentException>(() => envs.Reset(envs.CreateStep()));
        Assert.Equal($"The observation of 'Misshapen' does not fit its observation space: {text}", error.Message);
    }

    private sealed class Misshapen(int elements) : Env<float[], long>(new Box(-1f, 1f, [2]), new Discrete(2))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new(elements < 0 ? null! : new float[elements]);

        protected override StepResult<float[]> OnStep(long action) => new([0, 0], 0, false);
    }
}
