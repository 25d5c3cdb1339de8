using GymBridge.Client.Errors;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Errors;
using GymBridge.Wrappers;

namespace GymBridge.Client.Tests;

public sealed class RestartingVectorEnvTests
{
    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public async Task Step_ServerStartedAgain_EndsTheEpisodesAndGoesOnFromTheLastReset(AutoresetMode mode)
    {
        using var folder = new TemporaryFolder();
        var first = await TestServer.StartAsync(folder);
        var told = new List<string>();
        using var env = new RestartingVectorEnv(() => Make(folder, mode), lost => told.Add(lost.Message));
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 5);
        var begin = Bytes(step.Observations);
        env.Step(actions, step);
        var last = Bytes(step.Observations);
        await first.DisposeAsync();
        await using var second = await TestServer.StartAsync(folder);

        env.Step(actions, step);

        Assert.Equal((1, 1), (env.Restarts, told.Count));
        Assert.Equal([true, true], step.Truncated);
        Assert.Equal([false, false], step.Terminated);
        Assert.Equal([0.0, 0.0], step.Rewards);
        if (mode == AutoresetMode.SameStep)
        {
            Assert.Equal([true, true], step.HasFinal);
            Assert.Equal(last, Bytes(step.FinalObservations));
        }
        else
        {
            Assert.Equal(last, Bytes(step.Observations));
            env.Step(actions, step);
            Assert.Equal([false, false], step.Truncated);
        }

        Assert.Equal(begin, Bytes(step.Observations));
        env.Step(actions, step);
        Assert.Equal(last, Bytes(step.Observations));
    }

    [Fact]
    public async Task Step_LostAgainBeforeAStep_Throws()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var left = 1;
        using var env = new RestartingVectorEnv(() => left-- > 0 ? Make(folder, AutoresetMode.SameStep) : throw new SessionLostException("It dies at once.", null));
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step);
        await server.DisposeAsync();

        Assert.Throws<SessionLostException>(() => env.Step(actions, step));
        Assert.Throws<ArgumentException>(() => new RestartingVectorEnv(() => new SyncVectorEnv([Environments.EnvironmentCatalog.CreateRegistry().Make("CartPole-v1")], AutoresetMode.Disabled)));
    }

    [Fact]
    public void Step_NoAnswerInTime_IsALossAsWell()
    {
        var registry = Environments.EnvironmentCatalog.CreateRegistry();
        var made = 0;
        var told = new List<GymBridgeException>();
        using var env = new RestartingVectorEnv(
            () => new SyncVectorEnv([Hanging(made++ == 0)], AutoresetMode.SameStep), told.Add);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);

        env.Step(actions, step);

        Assert.IsType<CallTimeoutException>(Assert.Single(told));
        Assert.True(step.Truncated[0]);
        env.Step(actions, step);
        Assert.False(step.Truncated[0]);
        Assert.Equal((2, 1), (made, env.Restarts));

        Env Hanging(bool hangs) => hangs ? registry.Make("CartPole-v1").TransformReward(_ => throw new CallTimeoutException("It hangs.")) : registry.Make("CartPole-v1");
    }

    private static RemoteVectorEnv Make(TemporaryFolder folder, AutoresetMode mode) =>
        new RemoteServer($"unix:{folder.Combine("sock")}").MakeVec("CartPole-v1", 2, new MakeOptions { AutoresetMode = mode });

    private static byte[] Bytes(Columns columns) => columns[0].Bytes.ToArray();
}
