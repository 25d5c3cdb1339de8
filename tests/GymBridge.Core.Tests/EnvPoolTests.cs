using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

public sealed class EnvPoolTests
{
    [Theory]
    [InlineData(AutoresetMode.NextStep, 1)]
    [InlineData(AutoresetMode.NextStep, 3)]
    [InlineData(AutoresetMode.SameStep, 2)]
    public void Receive_WhateverTheOrder_EachLaneGoesAsItWouldAlone(AutoresetMode mode, int batch)
    {
        const int Lanes = 3;
        using var pool = new EnvPool([.. Enumerable.Range(0, Lanes).Select(_ => new CounterEnv())], batch, mode);
        using var reference = new SyncVectorEnv([.. Enumerable.Range(0, Lanes).Select(_ => new CounterEnv())], mode);
        var seen = Enumerable.Range(0, Lanes).Select(_ => new List<string>()).ToArray();
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[batch]);
        pool.Reset(5);
        while (seen.Any(each => each.Count < 20))
        {
            pool.Receive(result, lanes);
            for (var k = 0; k < batch; k++)
            {
                seen[lanes[k]].Add(Text(result, k));
                actions.Write(k, (long)(seen[lanes[k]].Count % 2));
            }

            pool.Send(actions, lanes);
        }

        var (step, all) = (reference.CreateStep(), reference.CreateActions());
        reference.Reset(step, 5);
        for (var t = 0; t < 20; t++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                Assert.Equal(Text(step, lane), seen[lane][t]);
                all.Write(lane, (long)((t + 1) % 2));
            }

            reference.Step(all, step);
        }
    }

    [Fact]
    public void Receive_OneLaneHangs_BringsTheOthers()
    {
        using var gate = new ManualResetEventSlim(true);
        using var pool = new EnvPool([new HeldEnv(gate), new HeldEnv(null), new HeldEnv(null)], batchSize: 2);
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[2]);
        pool.Reset();
        pool.Receive(result, lanes);
        while (!lanes.Contains(0))
        {
            pool.Send(actions, lanes);
            pool.Receive(result, lanes);
        }

        // Lane 0 is in hand, so that it is sent into a closed gate: nothing of it can come before the gate opens.
        gate.Reset();
        pool.Send(actions, lanes);
        pool.Receive(result, lanes);
        Assert.Equal([1, 2], lanes.Order());
        for (var i = 0; i < 10; i++)
        {
            pool.Send(actions, lanes);
            pool.Receive(result, lanes);
            Assert.Equal([1, 2], lanes.Order());
        }

        pool.Send(actions, [1]);
        Assert.Throws<InvalidOperationException>(() => pool.Send(actions, [0]));
        Assert.Contains("of 2 lanes were ready after 0.02 s", Assert.Throws<CallTimeoutException>(() => pool.Receive(result, lanes, TimeSpan.FromMilliseconds(20))).Message, StringComparison.Ordinal);
        gate.Set();
        pool.Receive(result, lanes);
        Assert.Contains(0, lanes);
    }

    [Fact]
    public void Receive_ALaneThrows_NamesItAndTheOthersStay()
    {
        using var pool = new EnvPool([new HeldEnv(null), new HeldEnv(null, fails: true), new HeldEnv(null)], batchSize: 3);
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[3]);
        pool.Reset();
        pool.Receive(result, lanes);
        pool.Send(actions, lanes);

        var error = Assert.Throws<FormatException>(() => pool.Receive(result, lanes));

        Assert.Equal(1, error.Data["lane"]);
        Assert.Throws<NoAsyncCallException>(() => pool.Receive(result, lanes));
        pool.Send(actions, [1]);
        Assert.Throws<FormatException>(() => pool.Receive(result, lanes));
    }

    [Fact]
    public void Pool_UsedWrongly_SaysHow()
    {
        Assert.Contains("at least one", Assert.Throws<ArgumentException>(() => new EnvPool([], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 1 lane, got 2", Assert.Throws<ArgumentOutOfRangeException>(() => new EnvPool([new CounterEnv()], 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnvPool([new CounterEnv()], 1, AutoresetMode.Disabled));
        Assert.Contains("same spaces", Assert.Throws<ArgumentException>(() => new EnvPool([new CounterEnv(), new HeldEnv(null)], 1)).Message, StringComparison.Ordinal);
        var pool = new EnvPool([new CounterEnv(), new CounterEnv()], 1);
        var (result, actions) = (pool.CreateStep(), new Columns(pool.SingleActionSpace, 2));
        Assert.Throws<NoAsyncCallException>(() => pool.Receive(result, new int[1]));
        pool.Reset();
        pool.Receive(result, new int[1]);
        pool.Receive(result, new int[1]);
        Assert.Contains("Lane 7 does not exist", Assert.Throws<ArgumentException>(() => pool.Send(actions, [7])).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => pool.Send(actions, [1, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => pool.Send(new Columns(new Box(0, 1, [3]), 2), [0]));
        Assert.Throws<ArgumentException>(() => pool.Receive(result, new int[2]));
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ClosedEnvironmentException>(() => pool.Reset());
    }

    private static string Text(VectorStep step, int lane) =>
        $"{step.Observations.Read(lane)} {step.Rewards[lane]} {step.Terminated[lane]} {step.Truncated[lane]} {step.HasFinal[lane]} {(step.HasFinal[lane] ? step.FinalObservations.Read(lane) : null)}";

    private sealed class HeldEnv(ManualResetEventSlim? gate, bool fails = false) : Env<long, long>(new Discrete(2), new Discrete(2))
    {
        protected override ResetResult<long> OnReset(Info? options) => 0L;

        protected override StepResult<long> OnStep(long action)
        {
            gate?.Wait();
            return fails ? throw new FormatException("It fails.") : new(1L, 1.0, false);
        }
    }
}
