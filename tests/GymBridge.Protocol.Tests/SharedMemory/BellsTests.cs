using System.Diagnostics;
using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Tests.SharedMemory;

/// <summary>Sides that wake each other by futex(2) and by pipes, in one process.</summary>
[SupportedOSPlatform("linux")]
public sealed class BellsTests
{
    private static readonly SharedLayout Layout = SharedLayout.For(new Box(0f, 1f, [4]), new Discrete(2), 2)!;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private uint _word;

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(2, 3, 2)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 4, 0)]
    public void CommonBell_IsFutexWhereBothHaveIt(int own, uint others, int expected) =>
        Assert.Equal((BellKinds)expected, Machine.CommonBell((BellKinds)own, new SharedMemoryRequest { Bells = others }));

    [Fact]
    public void Bells_OfThisMachine_AreBoth()
    {
        Assert.Equal(BellKinds.Futex | BellKinds.Pipe, Machine.Bells);
        Assert.Equal((uint)Machine.Bells, Machine.Describe().Bells);
    }

    [Theory]
    [InlineData(BellKinds.Futex)]
    [InlineData(BellKinds.Pipe)]
    internal async Task Sides_ThatPostInTurn_MissNothing(BellKinds kind)
    {
        using var peer = Myself();
        var (host, client) = Pair(kind, peer);
        using (host)
        using (client)
        {
            const uint Rounds = 2000;
            var served = Task.Run(() =>
            {
                for (var seen = 0U; seen < Rounds;)
                {
                    if (host.WaitForRequest(seen))
                    {
                        seen = host.Request;
                        host.PostReply(seen);
                    }
                }
            });
            for (var request = 1U; request <= Rounds; request++)
            {
                client.PostRequest(request);
                while (!client.WaitForReply(request, SharedSlot.Slice))
                {
                }
            }

            await served.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Pipe_KeepsAWakeUpForWhoeverSleepsNext_AndIsNeverFull()
    {
        using var peer = Myself();
        using var pipe = PipeBell.Make(peer);
        for (var i = 0; i < 70_000; i++)
        {
            pipe.Wake(ref _word);
        }

        pipe.Wait(ref _word, 0, Long);
        var started = Stopwatch.GetTimestamp();
        pipe.Wait(ref _word, 0, TimeSpan.FromMilliseconds(50));
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Pipe_WhosePeerDies_EndsTheSleep()
    {
        using var other = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        using var peer = PeerProcess.Open((uint)other.Id);
        using var pipe = PipeBell.Make(peer);
        var asleep = Task.Run(() => pipe.Wait(ref _word, 0, Long));

        other.Kill();

        await asleep.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(peer.HasExited);
    }

    [Fact]
    public void Open_OfWhatIsNoPipe_IsRefused()
    {
        using var peer = Myself();
        using var file = File.OpenHandle("/dev/null");
        var pipes = new SharedMemoryPipes { Host = (uint)file.DangerousGetHandle(), Client = (uint)file.DangerousGetHandle() };

        Assert.Throws<SharedMemoryException>(() => Bells.Open(new SharedMemoryOffer { ProcessId = (uint)Environment.ProcessId, Pipes = pipes }, peer));
    }

    private static PeerProcess Myself() => PeerProcess.Open((uint)Environment.ProcessId);

    private static (SharedSlot Host, SharedSlot Client) Pair(BellKinds kind, PeerProcess peer)
    {
        var nonce = new byte[SharedLayout.NonceBytes];
        var bells = Bells.Make(kind, peer);
        var host = SharedSlot.Create(Layout, nonce, bells);
        var offer = new SharedMemoryOffer { ProcessId = (uint)Environment.ProcessId, Pipes = bells.Pipes };
        return (host, SharedSlot.Open(Layout, offer.ProcessId, (uint)host.Descriptor, (ulong)Layout.Bytes, nonce, Bells.Open(offer, peer)));
    }
}
