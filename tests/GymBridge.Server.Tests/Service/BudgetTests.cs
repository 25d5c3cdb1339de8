using Grpc.Core;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Service;

/// <summary>Nobody can stall a host or make it allocate what was not sent.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task Open_SpacesThatExpandToGigabytes_AreRefusedByTheirCap()
    {
        await using var host = await TestHost.StartAsync();
        var box = new Value { Space = SpaceCodec.Encode(new Box(0, 1, [1024])) };
        box.Space.Box.Shape.Clear();
        box.Space.Box.Shape.AddRange([4096, 2048]);
        var spaces = new Value { List = new Value.Types.List() };
        spaces.List.Items.AddRange(Enumerable.Repeat(box, 20));
        var request = Request("CartPole-v1");
        request.Kwargs = new Value { Dict = new Value.Types.Dict { Keys = { new Value { Text = "a" } }, Values = { spaces } } };

        var details = Refused(host, request);

        Assert.Equal((ErrorReasons.CapReached, "max_expanded_bytes"), (details.Reason, details.Metadata["cap"]));
    }

    [Fact]
    public async Task Open_LongId_IsRefusedBeforeSimilarNamesAreLookedFor()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(ErrorReasons.BadRequest, Refused(host, Request(new string('A', 1025))).Reason);
        Assert.Equal(ErrorReasons.MessageTooLarge, Refused(host, Request(new string('A', 2_000_000))).Reason);
        Assert.Equal(ErrorReasons.EnvironmentNotFound, Refused(host, Request(new string('A', 1024))).Reason);
    }

    [Fact]
    public async Task Open_ConstructorsThatHang_LeaveTheHostResponsive()
    {
        using var gate = new ManualResetEventSlim();
        var probe = new Probe();
        using var entered = new CountdownEvent(16);
        var registry = TestHost.RegistryWith(probe).Register(new EnvSpec { Id = "Hang-v0" }, arguments =>
        {
            entered.Signal();
            gate.Wait();
            return new ProbeEnv(probe, arguments);
        });
        await using var server = await GymBridgeServer.StartAsync(registry, GymBridge.Protocol.ServerAddress.Unix(TestHost.NewSocketPath()));
        using var channel = TestHost.ChannelTo(server.Address);
        var client = new EnvService.EnvServiceClient(channel);
        using var given = new CancellationTokenSource();
        var hanging = Enumerable.Range(0, 16).Select(_ => client.OpenAsync(Request("Hang-v0"), cancellationToken: given.Token).ResponseAsync).ToList();
        Assert.True(entered.Wait(TimeSpan.FromMinutes(1)));

        var canary = RemoteSession.Open(client, "CartPole-v1", 1);
        canary.Reset(1);
        Assert.Null(canary.Step(1).Fault);
        await given.CancelAsync();
        foreach (var open in hanging)
        {
            await Assert.ThrowsAsync<RpcException>(() => open);
        }

        Assert.True(SpinWait.SpinUntil(() => client.List(new ListRequest()).State.AbandonedCalls == 16, TimeSpan.FromMinutes(1)));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(
            () => client.List(new ListRequest()).State is { AbandonedCalls: 0, Sessions: 1 } && Volatile.Read(ref probe.Disposed) == 16,
            TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Exchange_ThirtyEnvironmentsThatHang_LeaveACanaryItsSteps()
    {
        await using var host = await TestHost.StartAsync();
        var canary = host.Open("CartPole-v1");
        canary.Reset(1);
        var sessions = Enumerable.Range(0, 30).Select(_ => host.Open()).ToList();
        sessions.ForEach(session => session.Reset());
        sessions.ForEach(session => session.Step(ProbeEnv.Count)); // quick until now
        host.Probe.Gate.Reset();
        while (host.Probe.Entered.Wait(0))
        {
        }

        var hanging = sessions.ConvertAll(session => session.SendAsync(session.StepCall(3, ProbeEnv.WaitAtGate)));
        for (var i = 0; i < hanging.Count; i++)
        {
            Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Null(canary.Step(1).Fault);
            canary.Reset(1);
        }

        host.Probe.Gate.Set();
        Assert.All(await Task.WhenAll(hanging), reply => Assert.Null(reply.Fault));
    }

    [Fact]
    public async Task Drive_StreamWithoutACall_IsEnded()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        using var stream = host.Client.Drive();
        var reading = stream.ResponseStream.MoveNext(default);
        while (!reading.IsCompleted)
        {
            host.Time!.Advance(TimeSpan.FromSeconds(11));
        }

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
    }

    private static OpenRequest Request(string id) => new() { Generation = 1, EnvId = id };

    private static ErrorDetails Refused(TestHost host, OpenRequest request)
    {
        var refusal = Assert.Throws<RpcException>(() => host.Client.Open(request));
        return ErrorDetails.Read(refusal.Trailers.GetValueBytes(ErrorDetails.Trailer));
    }
}
