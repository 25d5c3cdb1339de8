using System.Diagnostics;
using System.Globalization;
using GymBridge.Client.Hosting;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Environments;
using GymBridge.Errors;

namespace GymBridge.Client.Tests.Transports;

/// <summary>Environments of a C# server through shared memory: the same as over gRPC.</summary>
public sealed class SharedMemoryTests
{
    private static readonly ClientOptions Shared = new() { Transport = Transport.SharedMemory };
    private static readonly ClientOptions Grpc = new() { Transport = Transport.Grpc };

    [Theory]
    [InlineData("CartPole-v1", 1)]
    [InlineData("CartPole-v1", 7)]
    [InlineData("Taxi-v4", 2)]
    [InlineData("Pendulum-v1", 3)]
    [InlineData("Blackjack-v1", 2)]
    public async Task Steps_ThroughSharedMemory_AreThoseOverGrpc(string id, int lanes)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var options = new MakeOptions { AutoresetMode = AutoresetMode.SameStep, MaxEpisodeSteps = 40 };
        using var shared = server.Client(Shared).MakeVec(id, lanes, options);
        using var wire = server.Client(Grpc).MakeVec(id, lanes, options);
        Assert.Equal((Transport.SharedMemory, null), (shared.Transport, shared.TransportObstacle));
        Assert.Equal((Transport.Grpc, "it was asked for"), (wire.Transport, wire.TransportObstacle));
        var (left, right) = (shared.CreateStep(), wire.CreateStep());
        var actions = shared.CreateActions();
        shared.SingleActionSpace.Seed(3);
        shared.Reset(left, 5);
        wire.Reset(right, 5);
        AssertSame(left, right);
        for (var i = 0; i < 200; i++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                actions.Write(lane, shared.SingleActionSpace.Sample());
            }

            shared.Step(actions, left);
            wire.Step(actions, right);
            AssertSame(left, right);
        }
    }

    [Theory]
    [InlineData(Transport.SharedMemory, true)]
    [InlineData(Transport.Grpc, false)]
    public async Task TryBeginStep_BeforeStep_IsTheSameStep(Transport transport, bool isSent)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client(new ClientOptions { Transport = transport }).MakeVec("CartPole-v1", 3, new MakeOptions());
        using var twin = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 3);
        var (left, right, actions) = (env.CreateStep(), twin.CreateStep(), env.CreateActions());
        Assert.False(env.TryBeginStep(actions)); // it was not reset
        env.Reset(left, 5);
        twin.Reset(right, 5);
        for (var t = 0; t < 60; t++)
        {
            actions[0].AsSpan<long>().Fill(t & 1);
            Assert.Equal(isSent, env.TryBeginStep(actions));
            env.Step(actions, left);
            twin.Step(actions, right);
            AssertSame(left, right);
        }
    }

    [UnixFact]
    public async Task TryBeginStep_AnotherCallBeforeStep_IsExecutedOnceAndFirst()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client(Shared).MakeVec("FrozenLake-v1", 2, new MakeOptions());
        using var twin = EnvironmentCatalog.CreateRegistry().MakeVec("FrozenLake-v1", 2);
        var (left, right, actions) = (env.CreateStep(), twin.CreateStep(), env.CreateActions());
        env.Reset(left, 5);
        twin.Reset(right, 5);
        for (var t = 0; t < 20; t++)
        {
            actions[0].AsSpan<long>().Fill(t % 4);
            Assert.True(env.TryBeginStep(actions));
            Assert.False(env.TryBeginStep(actions)); // one at a time
            twin.Step(actions, right);
            Assert.Equal(twin.GetRng(1), env.GetRng(1));
            env.Step(actions, left);
            twin.Step(actions, right);
            AssertSame(left, right);
        }
    }

    [UnixFact]
    public async Task TryBeginStep_OfNoAction_IsToldByStepAndTheEnvironmentGoesOn()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var parts = new ParallelVectorEnv([.. Enumerable.Range(0, 2).Select(_ => server.Client(Shared).MakeVec("CartPole-v1", 1, new MakeOptions()))]);
        var (step, actions) = (parts.CreateStep(), parts.CreateActions());
        parts.Reset(step, 1);
        actions[0].AsSpan<long>()[0] = 7;

        Assert.Throws<InvalidActionException>(() => parts.Step(actions, step));

        actions[0].AsSpan<long>()[0] = 1;
        parts.Step(actions, step);
        Assert.Equal([1.0, 1.0], step.Rewards);
    }

    [Theory]
    [InlineData(Transport.SharedMemory, "steps through shared memory (bell: futex).")]
    [InlineData(Transport.Grpc, "steps over gRPC: it was asked for.")]
    public async Task Make_OverAnyTransport_SaysInOneLineWhichItIsAndWhy(Transport transport, string expected)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var told = new List<string>();

        using var env = server.Client(new ClientOptions { Transport = transport, OnInformation = told.Add }).MakeVec("CartPole-v1", 1, new MakeOptions());

        Assert.Equal($"'CartPole-v1' at the server at {server.Address} {expected}", Assert.Single(told));
    }

    [UnixFact]
    public async Task Step_AfterTheServerHasStopped_SaysThatTheSessionIsLost()
    {
        using var folder = new TemporaryFolder();
        var server = await TestServer.StartAsync(folder);
        using var env = server.Client(Shared).MakeVec("CartPole-v1", 1, new MakeOptions());
        var step = env.CreateStep();
        env.Reset(step, 1);

        await server.DisposeAsync();

        Assert.ThrowsAny<GymBridgeException>(() => env.Step(env.CreateActions(), step));
    }

    [PythonFact]
    public void Step_WhileTheHostIsStopped_HasItsDeadlineAndIsExecutedOnce()
    {
        using var host = PythonHost.Start();
        using var env = new RemoteServer(host.Address.ToString(), Shared with { CallTimeout = TimeSpan.FromSeconds(3) }).MakeVec("gymnasium:CartPole-v1", 1, new MakeOptions());
        using var twin = new RemoteServer(host.Address.ToString(), Grpc).MakeVec("gymnasium:CartPole-v1", 1, new MakeOptions());
        var (step, expected, actions) = (env.CreateStep(), twin.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        twin.Reset(expected, 1);

        Signal(host, "STOP");
        var exception = Assert.Throws<CallTimeoutException>(() => env.Step(actions, step));
        Signal(host, "CONT");

        Assert.Contains("got no answer within 3 s (no reply came through shared memory)", exception.Message, StringComparison.Ordinal);
        var tries = StepUntilItAnswers(env, actions, step);
        // The call without an answer was executed once, and each of the tries at most once: one of them, unless this machine is very late.
        twin.Step(actions, expected);
        Assert.Contains(Enumerable.Range(0, tries), _ =>
        {
            twin.Step(actions, expected);
            return step.Observations[0].Bytes.SequenceEqual(expected.Observations[0].Bytes);
        });
    }

    [UnixFact]
    public async Task Step_ThatIsNoAction_ThrowsAndTheEnvironmentGoesOn()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client(Shared).MakeVec("CartPole-v1", 1, new MakeOptions());
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        actions[0].AsSpan<long>()[0] = 7;

        Assert.Throws<InvalidActionException>(() => env.Step(actions, step));

        actions[0].AsSpan<long>()[0] = 1;
        env.Step(actions, step);
        Assert.Equal(1.0, step.Rewards[0]);
    }

    [UnixFact]
    public async Task Make_WhereTheServerRefuses_SaysWhyIfSharedMemoryWasAskedFor()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder, options => options.Limits.SharedMemory = false);

        var refusal = Assert.Throws<GymBridgeException>(() => server.Client(Shared).MakeVec("CartPole-v1", 1, new MakeOptions()));
        Assert.Contains("cannot be stepped through shared memory: the host was told not to share memory.", refusal.Message, StringComparison.Ordinal);
        using var env = server.Client(new ClientOptions { Transport = Transport.Auto }).MakeVec("CartPole-v1", 1, new MakeOptions());
        Assert.Equal("the host was told not to share memory", env.TransportObstacle);
    }

    [Fact]
    public async Task Sessions_SixtyFourAtOnce_AllGoOnWhileTheOthersNeverPause()
    {
        const int sessions = 64;
        const int wanted = 20;
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var envs = Enumerable.Range(0, sessions).Select(_ => server.Client(Shared).MakeVec("CartPole-v1", 1, new MakeOptions())).ToArray();
        using var behind = new CountdownEvent(sessions);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var threads = envs.Select(env => new Thread(() =>
        {
            var (step, actions) = (env.CreateStep(), env.CreateActions());
            env.Reset(step, 1);
            // Whoever has made its own steps goes on until the last one has: a session that gets no turn would wait for ever.
            for (var count = 1; !behind.IsSet && !limit.IsCancellationRequested; count++)
            {
                env.Step(actions, step);
                if (count == wanted)
                {
                    behind.Signal();
                }
            }
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(0, behind.CurrentCount);
        Assert.All(envs, env => Assert.Equal(Transport.SharedMemory, env.Transport));
        Array.ForEach(envs, env => env.Dispose());
    }

    private static void Signal(PythonHost host, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", host.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private static int StepUntilItAnswers(VectorEnv env, Columns actions, VectorStep step)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                env.Step(actions, step);
                return tries;
            }
            catch (CallTimeoutException)
            {
                // The next call asks first for the one that nobody saw the end of.
            }
        }
    }

    private static void AssertSame(VectorStep left, VectorStep right)
    {
        for (var leaf = 0; leaf < left.Observations.Count; leaf++)
        {
            Assert.Equal(right.Observations[leaf].Bytes.ToArray(), left.Observations[leaf].Bytes.ToArray());
        }

        Assert.Equal(right.Rewards, left.Rewards);
        Assert.Equal(right.Terminated, left.Terminated);
        Assert.Equal(right.Truncated, left.Truncated);
        Assert.Equal(right.HasFinal, left.HasFinal);
        for (var lane = 0; lane < left.Lanes; lane++)
        {
            Assert.Equal(right.Infos[lane], left.Infos[lane]);
            Assert.Equal(right.FinalInfos[lane], left.FinalInfos[lane]);
            if (left.HasFinal[lane])
            {
                Assert.Equal(right.FinalObservations.Read(lane), left.FinalObservations.Read(lane));
            }
        }
    }
}
