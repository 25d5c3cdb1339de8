using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Google.Protobuf;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions.Shared;

/// <summary>A session's results lie in the file: written where they are read, and never anybody else's memory.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedColumnTests
{
    [Fact]
    public async Task Observations_AreInTheFileBeforeTheStepHasEnded()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, TestHost.ColumnsId, 2);
        shared.Send(shared.Remote.ResetCall(1));
        host.Probe.Gate.Reset();
        shared.Slot.Bytes(shared.Slot.Layout.ActionAt[0], 8)[0] = (byte)ProbeEnv.WaitAtGate;
        shared.Post(new RequestHead { Seq = 2, Kind = RequestKind.Step });
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal([200, 200, 201, 201], FloatsOf(shared));

        host.Probe.Gate.Set();
        Assert.Equal([200, 200, 201, 201], Floats(shared.Wait(2)!));
    }

    [Fact]
    public async Task Column_KeptBeyondTheSession_IsMemoryOfNobodyElse()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, TestHost.ColumnsId, 2);
        shared.Send(shared.Remote.ResetCall(1));
        shared.Step(ProbeEnv.Count, ProbeEnv.Count);
        var column = host.Probe.Column!;

        shared.Remote.Client.Close(new CloseRequest { SessionId = shared.Remote.Session.SessionId });

        var value = 1000f;
        await UntilAsync(() =>
        {
            column.AsSpan<float>().Fill(++value);
            return FloatsOf(shared)[0] != value;
        });
        GC.Collect();
        GC.WaitForPendingFinalizers();
        column.AsSpan<float>().Fill(3);
        Assert.Equal([3, 3, 3, 3], column.AsSpan<float>().ToArray());
        Assert.DoesNotContain(3, FloatsOf(shared));
    }

    [Fact]
    public async Task Observations_OfASessionWhoseClientHasGone_AreItsOwnAgain()
    {
        await using var host = await TestHost.StartAsync();
        var shared = SharedPeer.Open(host, TestHost.ColumnsId, 2);
        shared.Send(shared.Remote.ResetCall(1));
        var inTheFile = host.Probe.Column;

        shared.Dispose();

        Reply reply = null!;
        await UntilAsync(() =>
        {
            reply = shared.Remote.Reset(mask: [true, false]);
            return host.Probe.Column != inTheFile;
        });
        Assert.Equal([101, 101], Floats(reply)[2..]);
    }

    [Fact]
    public async Task Observations_OfAResumedSession_MoveIntoItsFile()
    {
        await using var host = await TestHost.StartAsync();
        using var former = SharedPeer.Open(host, TestHost.ColumnsId, 2);
        former.Send(former.Remote.ResetCall(1));

        using var shared = SharedPeer.Open(host.Client, TestHost.ColumnsId, 2, change: request => request.ResumeToken = former.Remote.Session.ResumeToken);
        var reply = shared.Send(shared.Remote.ResetCall(mask: [true, false]))!;

        Assert.Equal([200, 200, 101, 101], Floats(reply));
        Assert.Equal([200, 200, 101, 101], FloatsOf(shared));
        Assert.Equal([100, 100, 101, 101], FloatsOf(former));
    }

    [Fact]
    public async Task Call_OnTheConnection_WritesIntoTheFileAndBringsTheSame()
    {
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, TestHost.ColumnsId, 2);
        shared.Send(shared.Remote.ResetCall(1));
        shared.Step(ProbeEnv.Count, ProbeEnv.Count);

        var reply = shared.Remote.Reset(mask: [false, true]);

        Assert.Equal([200, 200, 301, 301], Floats(reply));
        Assert.Equal([200, 200, 301, 301], FloatsOf(shared));
    }

    /// <summary>The environment keeps nothing in its columns, so what a client writes there is gone with the next step.</summary>
    [Fact]
    public async Task Client_ThatWritesAllOverTheResults_SpoilsOnlyItsOwn()
    {
        const int Lanes = 8;
        await using var host = await TestHost.StartAsync();
        using var shared = SharedPeer.Open(host, "CartPole-v1", Lanes);
        var other = host.Open("CartPole-v1", Lanes);
        other.Reset(7);
        shared.Send(shared.Remote.ResetCall(7));
        using var isOver = new CancellationTokenSource();
        var scribbler = Task.Run(() =>
        {
            var (random, layout) = (new Random(1), shared.Slot.Layout);
            while (!isOver.IsCancellationRequested)
            {
                random.NextBytes(shared.Slot.Bytes(layout.ObservationAt[0], layout.RequestMessageAt - layout.ObservationAt[0]));
            }
        });
        for (var i = 0; i < 3000; i++)
        {
            Step(i);
        }

        await isOver.CancelAsync();
        await scribbler;

        var (expected, actual) = Step(0);
        Assert.Equal(expected, actual);
        host.AssertQuiet();

        (ByteString Expected, ByteString Actual) Step(int i)
        {
            var actions = Enumerable.Range(0, Lanes).Select(lane => (long)((i + lane) % 2)).ToArray();
            return (other.Step(actions).Observation[0], shared.Step(actions)!.Observation[0]);
        }
    }

    private static float[] FloatsOf(SharedPeer peer) => MemoryMarshal.Cast<byte, float>(peer.Slot.Bytes(peer.Slot.Layout.ObservationAt[0], 16)).ToArray();

    private static float[] Floats(Reply reply) => MemoryMarshal.Cast<byte, float>(reply.Observation[0].Span).ToArray();

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 6000 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }
}
