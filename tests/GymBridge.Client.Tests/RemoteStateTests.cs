using GymBridge.Client.Tests.TestSupport;
using GymBridge.Environments;

namespace GymBridge.Client.Tests;

/// <summary>What a remote environment does as a local one: states, exact actions, some lanes, all spaces.</summary>
public sealed class RemoteStateTests
{
    [Fact]
    public async Task SaveState_InMidEpisode_GoesOnInAnotherEnvironmentBitForBit()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client().Make("CartPole-v1");
        using var twin = server.Client().Make("CartPole-v1");
        env.ResetObject(5);
        env.StepObject(1L);

        Assert.True(env.CanSaveState);
        twin.RestoreState(env.SaveState());

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(env.StepObject(0L).Observation, twin.StepObject(0L).Observation);
        }

        Assert.Equal(env.ResetObject().Observation, twin.ResetObject().Observation);
    }

    [Theory]
    [InlineData("Pendulum-v1")]
    [InlineData("MountainCarContinuous-v0")]
    public async Task R19_Step_Float64ActionForAFloat32Space_EqualsTheLocalEnvironment(string id)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var remote = server.Client().Make(id);
        using var local = EnvironmentCatalog.CreateRegistry().Make(id);
        remote.ResetObject(3);
        local.ResetObject(3);

        for (var i = 0; i < 60; i++)
        {
            var action = NDArray.From(0.1 * ((i % 7) - 3));
            var (ours, theirs) = (remote.StepObject(action), local.StepObject(action));
            Assert.Equal(theirs.Reward, ours.Reward);
            Assert.Equal(theirs.Observation, ours.Observation);
        }
    }

    [Fact]
    public async Task R29_Rng_OfARemoteEnvironment_IsItsOwnGenerator()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var remote = server.Client().Make("FrozenLake-v1");
        using var local = EnvironmentCatalog.CreateRegistry().Make("FrozenLake-v1");
        foreach (var env in (Env[])[remote, local])
        {
            env.ResetObject(7);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(local.Unwrapped.Rng.Integers(0L, 100L), remote.Rng.Integers(0L, 100L));
            var (ours, theirs) = (remote.StepObject((long)i % 4), local.StepObject((long)i % 4));
            Assert.Equal(theirs.Observation, ours.Observation);
            Assert.Equal(local.Unwrapped.Rng.State, remote.Rng.State);
            Assert.Equal(7, remote.RngSeed);
            if (theirs.Terminated)
            {
                Assert.Equal(local.ResetObject().Observation, remote.ResetObject().Observation);
            }
        }
    }

    [Fact]
    public async Task Step_SomeLanes_LeavesTheOthersUntouched()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var envs = server.Client().MakeVec("CartPole-v1", 2, new MakeOptions { StepsSomeLanes = true });
        var (step, actions) = (envs.CreateStep(), envs.CreateActions());
        envs.Reset(step, 1);
        var before = step.Observations[0].Bytes.ToArray();

        envs.Step(actions, step, [false, true]);

        Assert.Equal(before[..16], step.Observations[0].Lane(0).ToArray());
        Assert.NotEqual(before[16..], step.Observations[0].Lane(1).ToArray());
        Assert.Equal([0.0, 1.0], step.Rewards);
    }

    [Fact]
    public async Task R09_Make_Blackjack_ObservesTuplesAsTheLocalEnvironment()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var remote = server.Client().Make("Blackjack-v1");
        using var local = EnvironmentCatalog.CreateRegistry().Make("Blackjack-v1");

        for (var seed = 0; seed < 5; seed++)
        {
            Assert.Equal(local.ResetObject(seed).Observation, remote.ResetObject(seed).Observation);
            Assert.Equal(local.StepObject(1L).Observation, remote.StepObject(1L).Observation);
        }
    }
}
