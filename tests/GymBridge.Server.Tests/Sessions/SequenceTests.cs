using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>Each call is executed exactly once, whatever the client sends again.</summary>
public sealed class SequenceTests
{
    [Fact]
    public async Task Exchange_SameSeqAgain_GivesEqualBytesWithoutASecondStep()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var call = remote.StepCall(2, ProbeEnv.Count);

        var first = remote.Send(call);
        var again = host.NewClient().Exchange(call);

        Assert.Equal(first.ToByteArray(), again.ToByteArray());
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Exchange_EveryKeptSeqAgain_GivesTheSameReplies()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var calls = Enumerable.Range(2, 20).Select(seq => remote.StepCall((ulong)seq, ProbeEnv.Count)).ToList();
        var replies = calls.ConvertAll(call => remote.Send(call).ToByteArray());

        var kept = (int)remote.Session.Credits;
        for (var i = calls.Count - kept; i < calls.Count; i++)
        {
            Assert.Equal(replies[i], remote.Client.Exchange(calls[i]).ToByteArray());
        }

        Assert.Equal(20, host.Probe.Steps);
        Assert.Equal(StatusCode.OutOfRange, remote.Refused(calls[calls.Count - kept - 1]).StatusCode);
    }

    [Fact]
    public async Task Exchange_SameSeqOtherContent_IsInvalidArgument()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        remote.Step(ProbeEnv.Count);

        var refusal = remote.Refused(remote.StepCall(2, ProbeEnv.RichInfo));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("Seq 2 came before with another content", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Exchange_SameSeqOtherPatience_GivesTheKeptReply()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var reply = remote.Step(ProbeEnv.Count);
        var again = remote.StepCall(2, ProbeEnv.Count);
        (again.TimeoutMs, again.AcknowledgedSeq) = (1234, 1);

        Assert.Equal(reply.ToByteArray(), remote.Client.Exchange(again).ToByteArray());
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Exchange_CallThatOvertook_RunsInOrderOnceTheGapIsFilled()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var early = remote.SendAsync(remote.StepCall(3, ProbeEnv.Count));

        var reply = host.NewClient().Exchange(remote.StepCall(2, ProbeEnv.Count));

        Assert.Equal(1f, BitConverter.ToSingle(reply.Observation[0].Span));
        Assert.Equal(2f, BitConverter.ToSingle((await early).Observation[0].Span));
        Assert.Equal(2, host.Probe.Steps);
    }

    [Fact]
    public async Task Exchange_GapThatNobodyFills_IsRefusedAfterItsTimeout()
    {
        await using var host = await TestHost.StartAsync(limits => limits.MaxLease = TimeSpan.FromDays(49), hasManualTime: true);
        var remote = host.Open(change: request => request.LeaseMs = uint.MaxValue);
        remote.Reset();
        var early = remote.SendAsync(remote.StepCall(3, ProbeEnv.Count));
        while (!early.IsCompleted)
        {
            host.Time!.Advance(TimeSpan.FromSeconds(61));
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => early);
        Assert.Equal((StatusCode.FailedPrecondition, "Expected seq 2, got 3; calls are missing before it."), (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public async Task Exchange_SeqZero_IsInvalidArgument()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(StatusCode.InvalidArgument, host.Open().Refused(new Call { Ping = new Ping(), SessionId = host.Open().Session.SessionId }).StatusCode);
    }

    [Theory]
    [InlineData(99UL)]
    [InlineData(ulong.MaxValue)]
    public async Task Exchange_SeqThatIsNotNext_IsFailedPreconditionWithBothNumbers(ulong seq)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        remote.Step(ProbeEnv.Count);

        var refusal = remote.Refused(remote.StepCall(seq, ProbeEnv.Count));

        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.StartsWith($"Expected seq 3, got {seq};", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Null(remote.Step(ProbeEnv.Count).Fault);
        Assert.Equal(2, host.Probe.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchange_SameSeqWhileItRuns_WaitsForTheOneExecution(bool isQuick)
    {
        await using var host = await TestHost.StartAsync(limits => limits.QuickCall = Quick(isQuick));
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var call = remote.StepCall(2, ProbeEnv.WaitAtGate);
        var first = remote.SendAsync(call);
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));
        var others = Enumerable.Range(0, 7).Select(_ => host.NewClient().ExchangeAsync(call).ResponseAsync).ToList();

        host.Probe.Gate.Set();

        var bytes = (await first).ToByteArray();
        foreach (var other in others)
        {
            Assert.Equal(bytes, (await other).ToByteArray());
        }

        Assert.Equal(1, host.Probe.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchange_CallsSentAhead_RunInOrderUpToTheCredits(bool isQuick)
    {
        await using var host = await TestHost.StartAsync(limits => (limits.Credits, limits.QuickCall) = (3, Quick(isQuick)));
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var waiting = new List<Task<Reply>>();
        for (ulong seq = 2; seq <= 4; seq++)
        {
            waiting.Add(remote.SendAsync(remote.StepCall(seq, seq == 2 ? ProbeEnv.WaitAtGate : ProbeEnv.Count)));
            if (seq == 2)
            {
                Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));
            }
        }

        // Unary calls may overtake one another: the fifth is one too many once those before it are there.
        RpcException refusal;
        do
        {
            refusal = remote.Refused(remote.StepCall(5, ProbeEnv.Count));
        }
        while (refusal.Status.Detail.EndsWith("calls are missing before it.", StringComparison.Ordinal));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.StartsWith("credits: 3 calls of this session are in flight", refusal.Status.Detail, StringComparison.Ordinal);

        host.Probe.Gate.Set();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((ulong)i + 2, (await waiting[i]).Seq);
        }

        Assert.Equal(3, host.Probe.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchange_OneCredit_IsEnoughForOneCallAfterTheOther(bool isQuick)
    {
        await using var host = await TestHost.StartAsync(limits => (limits.Credits, limits.QuickCall) = (1, Quick(isQuick)));
        var remote = host.Open();
        remote.Reset();
        for (var i = 0; i < 500; i++)
        {
            Assert.Null(remote.Step(ProbeEnv.Count).Fault);
        }

        Assert.Equal(500, host.Probe.Steps);
    }

    [Fact]
    public async Task Exchange_RefusedCall_DoesNotUseItsSeq()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var bad = remote.StepCall(2, ProbeEnv.Count, ProbeEnv.Count);

        Assert.Equal(StatusCode.InvalidArgument, remote.Refused(bad).StatusCode);

        Assert.Equal(2UL, remote.Step(ProbeEnv.Count).Seq);
        Assert.Equal(1, host.Probe.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchange_ClientDeadlinePasses_StepRunsOnceAndItsReplyIsKept(bool isQuick)
    {
        await using var host = await TestHost.StartAsync(limits => limits.QuickCall = Quick(isQuick));
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var call = remote.StepCall(2, ProbeEnv.WaitAtGate);
        var deadline = Assert.Throws<RpcException>(() => remote.Client.Exchange(call, deadline: DateTime.UtcNow.AddMilliseconds(100)));
        Assert.Equal(StatusCode.DeadlineExceeded, deadline.StatusCode);
        var again = remote.SendAsync(call);

        host.Probe.Gate.Set();

        Assert.Equal(2UL, (await again).Seq);
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Drive_ConnectionLost_NewStreamGetsTheRepliesThatWereNotRead()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        using (var stream = host.NewClient().Drive())
        {
            await stream.RequestStream.WriteAsync(remote.StepCall(2, ProbeEnv.Count));
            await stream.RequestStream.WriteAsync(remote.StepCall(3, ProbeEnv.Count));
            Assert.True(await stream.ResponseStream.MoveNext(default));
            Assert.True(await stream.ResponseStream.MoveNext(default));
        }

        using var next = host.NewClient().Drive();
        await next.RequestStream.WriteAsync(remote.StepCall(3, ProbeEnv.Count));
        await next.RequestStream.WriteAsync(remote.StepCall(4, ProbeEnv.Count));
        Assert.True(await next.ResponseStream.MoveNext(default));
        Assert.Equal(3UL, next.ResponseStream.Current.Seq);
        Assert.True(await next.ResponseStream.MoveNext(default));
        Assert.Equal(4UL, next.ResponseStream.Current.Seq);
        Assert.Equal(3, host.Probe.Steps);
    }

    // Whether the request's own thread executes the call, or another one.
    private static TimeSpan Quick(bool isQuick) => isQuick ? TimeSpan.MaxValue : TimeSpan.Zero;
}
