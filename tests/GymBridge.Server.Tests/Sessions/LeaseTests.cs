using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.Extensions.Logging;

namespace GymBridge.Server.Tests.Sessions;

public sealed class LeaseTests
{
    [Fact]
    public async Task Lease_Ends_SessionIsClosedOnceAndTheClientIsTold()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        var remote = host.Open();
        remote.Reset();
        host.Time!.Advance(TimeSpan.FromSeconds(29));
        remote.Step(ProbeEnv.Count);
        host.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, host.Probe.Disposed);

        host.Time.Advance(TimeSpan.FromSeconds(2));
        host.Time.Advance(TimeSpan.FromSeconds(2));

        var refusal = remote.Refused(remote.StepCall(3, ProbeEnv.Count));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.Equal("The session expired at seq 2 after 30 s without a call (its lease); open a new one.", refusal.Status.Detail);
        Assert.Equal(1, host.Probe.Disposed);
        host.AssertQuiet();
    }

    [Fact]
    public async Task Lease_OfASessionWithoutAFirstCall_IsShort()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        var unheard = host.Open(change: request => request.LeaseMs = 3_600_000);
        var remote = host.Open(change: request => request.LeaseMs = 3_600_000);
        remote.Reset();

        host.Time!.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(2U, host.Client.List(new ListRequest()).State.Sessions);
        host.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("The session expired at seq 0 after 30 s without a call (its first); open a new one.", unheard.Refused(unheard.StepCall(1, ProbeEnv.Count)).Status.Detail);
        host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(remote.Step(ProbeEnv.Count).Fault);
    }

    [Fact]
    public async Task Ping_BeforeTheLeaseEnds_RenewsIt()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        var remote = host.Open(change: request => request.LeaseMs = 5000);
        Assert.Equal(5000U, remote.Session.LeaseMs);
        for (var i = 0; i < 5; i++)
        {
            host.Time!.Advance(TimeSpan.FromSeconds(4));
            var ping = remote.NewCall();
            ping.Ping = new Ping();
            Assert.Equal(ping.Seq, remote.Send(ping).Seq);
        }
    }

    [Theory]
    [InlineData(1U, 1000U)]
    [InlineData(uint.MaxValue, 3_600_000U)]
    [InlineData(0U, 30_000U)]
    public async Task Open_LeaseOutsideTheLimits_IsClampedAndTold(uint asked, uint given)
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(given, host.Open(change: request => request.LeaseMs = asked).Session.LeaseMs);
    }

    [Fact]
    public async Task Lease_EndsWhileAStepRuns_SessionLives()
    {
        await using var host = await TestHost.StartAsync(limits => limits.CallLimit = TimeSpan.FromHours(1), hasManualTime: true);
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var step = remote.SendAsync(remote.StepCall(2, ProbeEnv.WaitAtGate));
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        host.Time!.Advance(TimeSpan.FromMinutes(10));
        host.Probe.Gate.Set();

        Assert.Null((await step).Fault);
        Assert.Null(remote.Step(ProbeEnv.Count).Fault);
        Assert.Equal(0, host.Probe.Disposed);
    }

    [Fact]
    public async Task CallLimit_Passed_AnswersDeadlineExceededAndKeepsTheReply()
    {
        await using var host = await TestHost.StartAsync(limits => limits.QuickCall = TimeSpan.Zero, hasManualTime: true);
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var call = remote.StepCall(2, ProbeEnv.WaitAtGate);
        call.TimeoutMs = 5000;
        var step = remote.SendAsync(call);
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        host.Time!.Advance(TimeSpan.FromSeconds(6));

        var late = await Assert.ThrowsAsync<RpcException>(() => step);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        Assert.Contains("longer than 5 s", late.Status.Detail, StringComparison.Ordinal);
        var again = remote.SendAsync(call);
        host.Probe.Gate.Set();
        Assert.Equal(2UL, (await again).Seq);
        Assert.Equal((await again).ToByteArray(), remote.Client.Exchange(call).ToByteArray());
        Assert.Equal(1, host.Probe.Steps);
        Assert.Contains(host.Log.Entries, entry => entry.Id.Id == 5 && entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task CallLimit_PassedOnTheRequestsOwnThread_IsAnsweredFromAnotherOne()
    {
        await using var host = await TestHost.StartAsync(limits => limits.QuickCall = TimeSpan.MaxValue, hasManualTime: true);
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var call = remote.StepCall(2, ProbeEnv.WaitAtGate);
        call.TimeoutMs = 60_000;
        var step = remote.SendAsync(call);
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        host.Time!.Advance(TimeSpan.FromSeconds(61));
        var late = await Assert.ThrowsAsync<RpcException>(() => step);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        Assert.Equal("CALL_TIMEOUT", ErrorDetails.Read(late.Trailers.GetValueBytes(ErrorDetails.Trailer)).Reason?.Name);
        var second = remote.SendAsync(call);
        while (!second.IsCompleted)
        {
            await Task.Delay(20); // the host gives no sign that the second attempt has joined the call
            host.Time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => second)).StatusCode);
        var third = remote.SendAsync(call);
        host.Probe.Gate.Set();
        Assert.Equal(2UL, (await third).Seq);
        Assert.Null(remote.Step(ProbeEnv.Count).Fault);
        Assert.Equal(2, host.Probe.Steps);
    }

    [Fact]
    public async Task Close_Twice_IsFineAndLaterCallsAreToldSo()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var request = new CloseRequest { SessionId = remote.Session.SessionId };

        host.Client.Close(request);
        host.Client.Close(request);

        Assert.Equal(1, host.Probe.Disposed);
        var refusal = remote.Refused(remote.StepCall(2, ProbeEnv.Count));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.Equal("The session was closed at seq 1; open a new one.", refusal.Status.Detail);
    }

    [Fact]
    public async Task Close_WhileAStepHangs_AnswersAtOnceAndFreesTheEnvironmentAfterwards()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var step = remote.SendAsync(remote.StepCall(2, ProbeEnv.WaitAtGate));
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));
        host.Client.Close(new CloseRequest { SessionId = remote.Session.SessionId });
        var refusal = await Assert.ThrowsAsync<RpcException>(() => step);
        Assert.Equal((StatusCode.NotFound, "The session was closed at seq 1; open a new one."), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal(0, host.Probe.Disposed);
        var state = host.Client.List(new ListRequest()).State;
        Assert.Equal((0U, 1U), (state.Sessions, state.AbandonedCalls));

        host.Probe.Gate.Set();

        Assert.True(SpinWait.SpinUntil(() => host.Client.List(new ListRequest()).State.AbandonedCalls == 0, TimeSpan.FromMinutes(1)));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref host.Probe.Disposed) == 1, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Resume_WithTheToken_ContinuesAtTheNextSeq()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        remote.Step(ProbeEnv.Count);

        var resumed = RemoteSession.Open(
            host.NewClient(), TestHost.ProbeId, 1, request => request.ResumeToken = remote.Session.ResumeToken);

        Assert.Equal(2UL, resumed.Session.LastSeq);
        Assert.Equal(remote.Session.SessionId, resumed.Session.SessionId);
        Assert.Equal(2U, resumed.Session.Epoch);
        Assert.Equal(3UL, resumed.Step(ProbeEnv.Count).Seq);
        Assert.Equal(1, host.Probe.Made);
    }

    [Fact]
    public async Task Resume_OldConnectionGoesOn_IsRefusedWithoutEffect()
    {
        await using var host = await TestHost.StartAsync();
        var zombie = host.Open();
        zombie.Reset();
        using var stream = host.Client.Drive();
        var first = zombie.StepCall(2, ProbeEnv.Count);
        first.Epoch = 0;
        await stream.RequestStream.WriteAsync(first);
        Assert.True(await stream.ResponseStream.MoveNext(default));
        RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1, request => request.ResumeToken = zombie.Session.ResumeToken);

        var unary = zombie.Refused(zombie.StepCall(3, ProbeEnv.Count));
        var close = Assert.Throws<RpcException>(() => host.Client.Close(new CloseRequest { SessionId = zombie.Session.SessionId }));
        var streamed = zombie.StepCall(3, ProbeEnv.Count);
        streamed.Epoch = 0;
        await stream.RequestStream.WriteAsync(streamed);
        var drive = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));

        Assert.All(new[] { unary, close, drive }, refusal =>
        {
            var details = ErrorDetails.Read(refusal.Trailers.GetValueBytes(ErrorDetails.Trailer));
            Assert.Equal((StatusCode.Aborted, ErrorReasons.Superseded, "2"), (refusal.StatusCode, details.Reason, details.Metadata["epoch"]));
        });
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Resume_TokenUsedTwice_IsSupersededAndTheNewOneWorks()
    {
        await using var host = await TestHost.StartAsync();
        var first = host.Open();
        var second = host.Open(change: request => request.ResumeToken = first.Session.ResumeToken);

        var refusal = Assert.Throws<RpcException>(() => host.Open(change: request => request.ResumeToken = first.Session.ResumeToken));

        Assert.Equal(StatusCode.Aborted, refusal.StatusCode);
        Assert.NotEqual(first.Session.ResumeToken, second.Session.ResumeToken);
        Assert.Equal(3U, host.Open(change: request => request.ResumeToken = second.Session.ResumeToken).Session.Epoch);
    }

    [Fact]
    public async Task ConnectionBreaks_SessionIsKeptForItsGraceAndThenClosed()
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true);
        var channel = TestHost.ChannelTo(host.Server.Address);
        var remote = RemoteSession.Open(
            new EnvService.EnvServiceClient(channel), TestHost.ProbeId, 1, request => (request.LeaseMs, request.GraceMs) = (3_600_000, 10_000));
        remote.Reset();
        channel.Dispose();

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                host.Time!.Advance(TimeSpan.FromSeconds(11));
                return Volatile.Read(ref host.Probe.Disposed) == 1;
            },
            TimeSpan.FromMinutes(1)));

        var call = remote.StepCall(2, ProbeEnv.Count);
        var refusal = Assert.Throws<RpcException>(() => host.Client.Exchange(call));
        Assert.Equal("disconnected", ErrorDetails.Read(refusal.Trailers.GetValueBytes(ErrorDetails.Trailer)).Metadata["cause"]);
    }

    [Fact]
    public async Task Resume_WrongToken_IsNotFound()
    {
        await using var host = await TestHost.StartAsync();
        host.Open();

        var refusal = Assert.Throws<RpcException>(() => host.Open(change: request => request.ResumeToken = ByteString.CopyFrom(new byte[32])));

        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.StartsWith("No session has this resume token", refusal.Status.Detail, StringComparison.Ordinal);
    }
}
