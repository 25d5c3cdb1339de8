using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

public class AsyncVectorEnvTests
{
    [Fact]
    public void AsyncCalls_OutOfOrder_SayWhatIsMissing()
    {
        using var env = new AsyncVectorEnv([new CounterEnv(), new CounterEnv()]);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        Assert.Equal("Calling 'StepWait' without any prior call to 'StepAsync'.", Assert.Throws<NoAsyncCallException>(() => env.StepWait()).Message);
        Assert.Throws<ResetNeededException>(() => env.StepAsync(actions, step));
        env.ResetAsync(step, [3, 4]);
        Assert.True(env.IsPending);
        Assert.Contains("'Step' while waiting for a pending call to 'Reset'", Assert.Throws<AlreadyPendingCallException>(() => env.StepAsync(actions, step)).Message, StringComparison.Ordinal);
        Assert.Throws<AlreadyPendingCallException>(() => env.Reset(step));
        Assert.Throws<AlreadyPendingCallException>(() => env.GetRng(0));
        Assert.Throws<NoAsyncCallException>(() => env.StepWait());
        env.ResetWait();
        Assert.False(env.IsPending);
        Assert.Equal((3, 4), ((int)env.GetRng(0).Seed, (int)env.GetRng(1).Seed));
        env.StepAsync(actions, step);
        env.StepWait();
        Assert.Equal(0f, step.Observations[0].AsSpan<float>()[0]);
    }

    [Fact]
    public void StepWait_BeforeTheEnd_TimesOutAndMayBeRepeated()
    {
        using var gate = new ManualResetEventSlim();
        using var env = new AsyncVectorEnv([new GatedEnv(gate)]);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step);
        env.StepAsync(actions, step);
        Assert.Contains("timed out after 0.02 seconds", Assert.Throws<CallTimeoutException>(() => env.StepWait(TimeSpan.FromMilliseconds(20))).Message, StringComparison.Ordinal);
        Assert.True(env.IsPending);
        gate.Set();
        env.StepWait(TimeSpan.FromSeconds(30));
        Assert.Equal(1L, step.Observations[0].AsSpan<long>()[0]);
    }

    [Fact]
    public void Step_WhenLanesThrow_RaisesTheLowestAndStaysUsable()
    {
        using var env = new AsyncVectorEnv([new CounterEnv(), new FailingEnv("one"), new FailingEnv("two")], workers: 3);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions.Write(0, 2L);
        var error = Assert.Throws<InvalidOperationException>(() => env.Step(actions, step));
        Assert.Equal(("one", 1), (error.Message, error.Data[SyncVectorEnv.LaneDataKey]));
        Assert.Equal(2f, step.Observations[0].AsSpan<float>()[0]);
        env.Reset(step, 1);
        Assert.Equal(0f, step.Observations[0].AsSpan<float>()[0]);
    }

    [Fact]
    public void Dispose_WithPendingCall_WaitsAndClosesTheLanes()
    {
        var lanes = new[] { new CounterEnv(), new CounterEnv() };
        var env = new AsyncVectorEnv(lanes);
        var step = env.CreateStep();
        env.ResetAsync(step);
        env.Dispose();
        Assert.All(lanes, lane => Assert.Equal(1, lane.Closed));
        Assert.Throws<ClosedEnvironmentException>(() => env.ResetWait());
    }

    private sealed class GatedEnv(ManualResetEventSlim gate) : Env<long, long>(new Discrete(2), new Discrete(2))
    {
        protected override ResetResult<long> OnReset(Info? options) => 0;

        protected override StepResult<long> OnStep(long action)
        {
            gate.Wait();
            return new(1, 0, false);
        }
    }

    private sealed class FailingEnv(string message) : Env<float[], long>(new Box(0, 1000, [2]), new Discrete(3))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new float[2];

        protected override StepResult<float[]> OnStep(long action) => throw new InvalidOperationException(message);
    }
}
