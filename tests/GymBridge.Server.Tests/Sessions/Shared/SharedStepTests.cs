using System.Runtime.Versioning;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions.Shared;

/// <summary>Calls through shared memory: the same replies, executed exactly once, whatever stands in the file.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedStepTests
{
    [Theory]
    [InlineData("CartPole-v1", 1, BellKinds.Futex)]
    [InlineData("CartPole-v1", 1, BellKinds.Pipe)]
    [InlineData("CartPole-v1", 64, BellKinds.Futex)]
    [InlineData("FrozenLake-v1", 3, BellKinds.Futex)]
    [InlineData("Taxi-v4", 2, BellKinds.Pipe)]
    internal async Task Step_ThroughSharedMemory_BringsWhatGrpcBrings(string id, int lanes, BellKinds bell)
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host.Client, id, lanes, change: request => request.SharedMemory.Bells = (uint)bell);
        Assert.Equal(bell, shared.Slot.BellKind);
        var other = host.Open(id, lanes);

        Assert.Equal(Bare(other.Reset(7)), Bare(shared.Send(shared.Remote.ResetCall(7))!));
        for (var i = 0; i < 100; i++)
        {
            var actions = Enumerable.Range(0, lanes).Select(lane => (long)((i + (lane * 3)) % 2)).ToArray();
            Assert.Equal(Bare(other.Step(actions)), Bare(shared.Step(actions)!));
            Assert.Equal(
                Bare(other.Send(new Call(other.NewCall()) { Ping = new Ping() })),
                Bare(shared.Remote.Send(new Call(shared.Remote.NewCall()) { Ping = new Ping() })));
        }

        host.AssertQuiet();
    }

    [Fact]
    public async Task SameStepOnTheConnection_AfterSharedMemory_GivesItsReplyWithoutASecondStep()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));

        for (var seq = 2UL; seq < 8; seq++)
        {
            var reply = shared.Step(ProbeEnv.Count)!;
            var again = shared.Remote.Client.Exchange(shared.Remote.StepCall(seq, ProbeEnv.Count));
            Assert.Equal(reply, again);
        }

        Assert.Equal(6, host.Probe.Steps);
        var conflict = shared.Remote.Refused(shared.Remote.StepCall(7, ProbeEnv.RichInfo));
        Assert.Contains("came before with another content", conflict.Status.Detail, StringComparison.Ordinal);
        shared.Step(ProbeEnv.Count);
        shared.Step(ProbeEnv.Count);
        Assert.Equal(StatusCode.OutOfRange, shared.Remote.Refused(shared.Remote.StepCall(8, ProbeEnv.Count)).StatusCode);
    }

    [Fact]
    public async Task ConnectionBreaks_SessionIsKeptAsLongAsItsClientLooksAtTheMemory()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        var channel = TestHost.ChannelTo(host.Server.Address);
        var client = new EnvService.EnvServiceClient(channel);
        using var shared = SharedPeer.Open(client, TestHost.ProbeId, 1, change: AskForTime);
        shared.Send(shared.Remote.ResetCall(1));
        RemoteSession.Open(client, TestHost.ProbeId, 1, AskForTime).Reset();
        channel.Dispose();

        // The session without memory ends: so the server knows of the broken connection, and its grace is over.
        AwaitDisposed(1, () => Assert.NotNull(shared.Step(ProbeEnv.Count)));
        Assert.NotNull(shared.Step(ProbeEnv.Count));
        Assert.Equal(1, Volatile.Read(ref host.Probe.Disposed));

        shared.Slot.ClientState = PeerState.Gone;
        shared.Slot.RingHost();
        AwaitDisposed(2, () => { });

        static void AskForTime(OpenRequest request) => (request.LeaseMs, request.GraceMs) = (3_600_000, 10_000);

        void AwaitDisposed(int count, Action meanwhile) => Assert.True(SpinWait.SpinUntil(
            () =>
            {
                meanwhile();
                host.Time!.Advance(TimeSpan.FromSeconds(11));
                return Volatile.Read(ref host.Probe.Disposed) == count;
            },
            TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(1000)]
    public async Task Step_OutOfOrder_IsLeftToTheConnection(ulong seq)
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));
        shared.Step(ProbeEnv.Count);

        Assert.Null(shared.Send(new RequestHead { Seq = seq, Kind = RequestKind.Step }));

        Assert.Equal(1, host.Probe.Steps);
        Assert.NotNull(shared.Step(ProbeEnv.Count));
    }

    [Fact]
    public async Task Step_WithInfo_BringsItInTheFile()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        var other = host.Open();
        other.Reset(1);
        shared.Send(shared.Remote.ResetCall(1));

        var reply = shared.Step(ProbeEnv.RichInfo)!;

        Assert.Equal(Bare(other.Step(ProbeEnv.RichInfo)), Bare(reply));
        Assert.Single(reply.Infos);
    }

    [Fact]
    public async Task Step_WhoseInfoDoesNotFit_IsAnsweredOnTheConnectionWithoutASecondStep()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));

        Assert.Null(shared.Step(ProbeEnv.LargeInfo));
        var reply = shared.Remote.Send(shared.Remote.StepCall(2, ProbeEnv.LargeInfo));

        Assert.True(reply.Infos.Single().CalculateSize() > 1_000_000);
        Assert.Equal(1, host.Probe.Steps);
        Assert.NotNull(shared.Step(ProbeEnv.Count));
    }

    [Fact]
    public async Task Step_WhoseEnvironmentThrows_BringsTheFault()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));

        var reply = shared.Step(ProbeEnv.ThrowArgument)!;

        Assert.Equal("ValueError", reply.Fault.PythonClass);
        Assert.Equal(ReplyColumns.None, shared.Head.Columns);
        Assert.NotNull(shared.Step(ProbeEnv.Count));
    }

    [Fact]
    public async Task Step_WhoseEnvironmentIsLost_EndsTheSession()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));

        Assert.False(shared.Step(ProbeEnv.ThrowOutOfMemory)!.Fault.Recoverable);

        await UntilAsync(() => shared.Slot.HostState == PeerState.Gone);
        Assert.Equal(1, host.Probe.Disposed);
    }

    [Fact]
    public async Task Close_WhileAStepHangs_TellsTheClientAndFreesTheEnvironmentLater()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));
        host.Probe.Gate.Reset();
        shared.Slot.Bytes(shared.Slot.Layout.ActionAt[0], 8)[0] = (byte)ProbeEnv.WaitAtGate;
        shared.Post(new RequestHead { Seq = 2, Kind = RequestKind.Step });
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        shared.Remote.Client.Close(new CloseRequest { SessionId = shared.Remote.Session.SessionId });

        Assert.Equal(PeerState.Gone, shared.Slot.HostState);
        Assert.Equal(0, host.Probe.Disposed);
        host.Probe.Gate.Set();
        await UntilAsync(() => host.Probe.Disposed == 1);
    }

    [Fact]
    public async Task SameStepOnTheConnection_WhileItHangs_JoinsIt()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));
        host.Probe.Gate.Reset();
        shared.Slot.Bytes(shared.Slot.Layout.ActionAt[0], 8)[0] = (byte)ProbeEnv.WaitAtGate;
        shared.Post(new RequestHead { Seq = 2, Kind = RequestKind.Step, WantInfo = 1, TimeoutMs = 50 });
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        var call = shared.Remote.StepCall(2, ProbeEnv.WaitAtGate);
        Assert.Equal(StatusCode.DeadlineExceeded, shared.Remote.Refused(call).StatusCode);
        var joined = shared.Remote.SendAsync(call);
        host.Probe.Gate.Set();

        Assert.Equal(shared.Wait(2), await joined);
        Assert.Equal(1, host.Probe.Steps);
        Assert.NotNull(shared.Step(ProbeEnv.Count));
    }

    [Fact]
    public async Task Resume_OfASession_EndsTheFormerFile()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));

        var resumed = host.Client.Open(new OpenRequest { Generation = 1, ResumeToken = shared.Remote.Session.ResumeToken });

        Assert.Equal(2U, resumed.Epoch);
        Assert.Null(shared.Send(new RequestHead { Seq = 2, Kind = RequestKind.Step, Epoch = 1 }));
        Assert.Equal(0, host.Probe.Steps);
    }

    [Fact]
    public async Task Request_OfAStrangerWithAnotherNonce_IsNotServed()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, nonceOfAnother: RandomNumberGenerator.GetBytes(SharedLayout.NonceBytes));

        await UntilAsync(() => shared.Slot.HostState == PeerState.Gone);

        shared.Post(new RequestHead { Seq = 1, Kind = RequestKind.Step });
        Assert.False(shared.Await(SharedSlot.Slice));
        var observation = shared.Remote.Reset(1).Observation[0];
        Assert.Equal(new float[] { 0, -1 }, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(observation.Span).ToArray());
    }

    [Fact]
    public async Task File_OnceItIsMapped_CannotBeOpenedByAThirdProcess()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host);
        shared.Send(shared.Remote.ResetCall(1));
        var offer = shared.Remote.Session.SharedMemory;

        Assert.Throws<SharedMemoryException>(
            () => SharedSlot.Open(shared.Slot.Layout, offer.ProcessId, offer.Descriptor_, offer.Bytes, offer.Nonce.Span, Bells.Futex).Dispose());
    }

    [Theory]
    [InlineData("machine", "client and host run on two machines")]
    [InlineData("user", "client and host run as two users")]
    [InlineData("container", "client and host run in two containers")]
    [InlineData("layout", "the client has layout 9 of the file and the host layout 1")]
    [InlineData("bell", "the host can wake others by futex, and the client cannot be woken so")]
    [InlineData("nonce", "the client's nonce has 3 bytes where 16 are needed")]
    [InlineData("process", "the system does not tell whether process 4000000 lives (pidfd_open: ")]
    [InlineData("space", "its observations or actions have no fixed size")]
    [InlineData("option", "the host was told not to share memory")]
    public async Task Open_WhereMemoryCannotBeShared_SaysWhy(string what, string reason)
    {
        await using var host = await TestHost.StartAsync(options => options.SharedMemory = what != "option");
        var remote = host.Open(what == "space" ? TestHost.SpacesId : TestHost.ProbeId, 1, request =>
        {
            var asked = request.SharedMemory = Machine.Describe();
            asked.Nonce = ByteString.CopyFrom(new byte[what == "nonce" ? 3 : SharedLayout.NonceBytes]);
            asked.Machine += what == "machine" ? "x" : string.Empty;
            asked.UserId += what == "user" ? 1U : 0;
            asked.PidNamespace += what == "container" ? 1U : 0;
            asked.Bells = what == "bell" ? 4 : asked.Bells;
            asked.Layout = what == "layout" ? 9 : asked.Layout;
            asked.ProcessId = what == "process" ? 4_000_000 : asked.ProcessId;
        });

        Assert.Null(remote.Session.SharedMemory);
        Assert.StartsWith(reason, remote.Session.SharedMemoryRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_BeyondTheLimitOfThreads_SaysWhy()
    {
        await using var host = await TestHost.StartAsync(options => options.MaxEnvironmentThreads = 2);
        using var first = SharedPeer.Open(host);
        using var second = SharedPeer.Open(host);

        Assert.Contains("with 2 sessions already", Assert.Throws<InvalidOperationException>(() => SharedPeer.Open(host)).Message, StringComparison.Ordinal);
    }

    /// <summary>A peer that writes nonsense is refused, and harms nobody: 2,000 heads and files here, more with GYMBRIDGE_FUZZ=100000.</summary>
    [Fact]
    public async Task Requests_OfNonsense_AreRefusedAndHarmNobody()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("GYMBRIDGE_FUZZ"), out var asked) ? asked : 2000;
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, "CartPole-v1");
        shared.Send(shared.Remote.ResetCall(1));
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var layout = shared.Slot.Layout;
            random.NextBytes(shared.Slot.Bytes(SharedLayout.MarksAt, 2 + random.Next(0, 62)));
            random.NextBytes(shared.Slot.Bytes(layout.RequestMessageAt, random.Next(1, 200)));
            shared.Send(new RequestHead
            {
                Seq = random.Next(2) == 0 ? shared.Remote.Seq + 1 : (ulong)random.NextInt64(),
                Kind = (RequestKind)random.Next(0, 4),
                Epoch = (uint)random.Next(0, 3),
                TimeoutMs = (uint)random.Next(),
                WantInfo = (uint)random.Next(),
                Length = random.Next(2) == 0 ? (uint)random.Next(0, 200) : (uint)random.NextInt64(),
            });
        }

        host.AssertQuiet();
        Assert.NotNull(shared.Send(shared.Remote.ResetCall(1)));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 6000 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }

    private static Reply Bare(Reply reply)
    {
        var bare = reply.Clone();
        (bare.EnvUs, bare.ServerUs) = (0, 0);
        return bare;
    }
}
