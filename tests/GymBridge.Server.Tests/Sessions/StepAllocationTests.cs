using System.Diagnostics;
using Google.Protobuf;
using GymBridge.Environments;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace GymBridge.Server.Tests.Sessions;

public sealed class StepAllocationTests
{
    /// <summary>Counted: checking and copying the action slab, the environment's step, filling and serializing the reply, and the
    /// buffer it is kept in. Not counted: parsing the call, its admission (one PendingCall and one task), and gRPC's own work.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    public void Execute_Steps_AllocatesNothing(int lanes)
    {
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", lanes, new MakeOptions { AutoresetMode = GymBridge.AutoresetMode.NextStep });
        var environment = new EnvironmentCaller(env, new GymBridgeOptions());
        var plan = new SessionPlan(1, new Contract { EnvId = "CartPole-v1" }, lanes, GymBridge.AutoresetMode.NextStep, 8, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        var session = new GymBridge.Server.Sessions.Session(
            plan, environment, new EnvironmentThreads(1), new GymBridgeOptions(), TimeProvider.System, NullLogger.Instance, (_, _, _) => { });
        var reset = new Call { Seq = 1, Reset = new Reset() };
        reset.Reset.Seeds.AddRange(Enumerable.Range(0, lanes).Select(lane => SeedCodec.Encode(lane)));
        var call = new Call { Seq = 2, Step = new Step { Action = { ByteString.CopyFrom(new byte[lanes * 8]) } } };

        // The same episodes twice: what is made once, on a path that is seldom taken, is made in the first round.
        session.Return(session.Execute(reset, 0).Buffer);
        Run(session, call, 1000);
        session.Return(session.Execute(reset, 0).Buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(session, call, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The whole path of a step whose actions and results lie in memory that the client reads as well, with its admission.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    public void StepsThroughMemory_AllocateNothing(int lanes)
    {
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", lanes, new MakeOptions { AutoresetMode = GymBridge.AutoresetMode.NextStep });
        var environment = new EnvironmentCaller(env, new GymBridgeOptions());
        var plan = new SessionPlan(1, new Contract { EnvId = "CartPole-v1" }, lanes, GymBridge.AutoresetMode.NextStep, 8, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        var session = new GymBridge.Server.Sessions.Session(
            plan, environment, new EnvironmentThreads(1), new GymBridgeOptions(), TimeProvider.System, NullLogger.Instance, (_, _, _) => { });
        using var memory = new OwnMemory(SharedLayout.For(env.SingleObservationSpace, env.SingleActionSpace, lanes)!);
        var call = new SharedCall(memory, env.SingleObservationSpace, env.SingleActionSpace);
        var reset = new Call { Seq = 1, Reset = new Reset() }.ToByteArray();
        reset.CopyTo(memory.Bytes(memory.Layout.RequestMessageAt, reset.Length));
        Exchange(new RequestHead { Seq = 1, Epoch = 1, Kind = RequestKind.Message, Length = (uint)reset.Length });
        Run(2, 3000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(3002, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(ulong first, uint count)
        {
            for (var seq = first; seq < first + count; seq++)
            {
                Exchange(new RequestHead { Seq = seq, Epoch = 1, Kind = RequestKind.Step });
            }
        }

        void Exchange(RequestHead head)
        {
            memory.RequestHead = head;
            call.Receive();
            Assert.True(session.TryExecute(call));
        }
    }

    private static void Run(GymBridge.Server.Sessions.Session session, Call call, int count)
    {
        for (var i = 0; i < count; i++)
        {
            session.Return(session.Execute(call, Stopwatch.GetTimestamp()).Buffer);
        }
    }
}
