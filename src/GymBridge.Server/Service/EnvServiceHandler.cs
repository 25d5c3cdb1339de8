using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Security;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.Service;

/// <summary>The service itself: finds the session, hands it the call, and says refusals in gRPC's words.</summary>
internal sealed class EnvServiceHandler(
    SessionTable sessions, ControlCalls control, QuickExchange quick, TimeProvider time, IHostApplicationLifetime lifetime) : EnvServiceBase
{
    // A stream that names no session only holds a place.
    private static readonly TimeSpan FirstCallTime = TimeSpan.FromSeconds(60);

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context) => Task.FromResult(control.List());

    public override async Task<Contract> Describe(DescribeRequest request, ServerCallContext context)
    {
        try
        {
            return await control.DescribeAsync(request, context.CancellationToken);
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    public override async Task<Protocol.V1.Session> Open(OpenRequest request, ServerCallContext context)
    {
        try
        {
            var (session, message) = await control.OpenAsync(request, PrincipalOf(context), context.CancellationToken);
            session.Attach(PeerConnection.Of(context.GetHttpContext()));
            return message;
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    public override async Task<PendingCall> Exchange(Call request, ServerCallContext context)
    {
        try
        {
            var http = context.GetHttpContext();
            return await (QuickExchange.Submitted(http) ?? quick.Submit(request, http));
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    /// <summary>Answers the calls of a stream one after the other. A client that sends more than its credits is held back by
    /// the flow control of its connection: nothing is read while a call runs.</summary>
    public override async Task Drive(IAsyncStreamReader<Call> requests, IServerStreamWriter<PendingCall> replies, ServerCallContext context)
    {
        var origin = new GrpcCallOrigin(context.GetHttpContext());
        var principal = PrincipalOf(context);
        try
        {
            if (!await ReadFirstAsync(requests))
            {
                return;
            }

            var first = requests.Current;
            var session = sessions.Find(first.SessionId, principal);
            var epoch = Math.Max(first.Epoch, 1);

            // An idle stream would keep the host from stopping, and outlive its session.
            using var place = session.Streams.Enter();
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, lifetime.ApplicationStopping, place.Lost);
            do
            {
                var call = requests.Current;
                CheckSameSession(session, call, principal);
                sessions.ThrowIfStopping();
                place.ThrowIfLost();
                await replies.WriteAsync(await session.Submit(call, Math.Max(call.Epoch, epoch), origin));
            }
            while (await ReadAsync(requests, first.SessionId, principal, place, ends.Token));
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    public override async Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        try
        {
            return await sessions.CloseAsync(request, PrincipalOf(context));
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    private static string PrincipalOf(ServerCallContext context) => Principal.NameOf(context.GetHttpContext());

    private void CheckSameSession(Sessions.Session session, Call call, string principal)
    {
        if (call.SessionId.Length != 0 && !ReferenceEquals(sessions.Find(call.SessionId, principal), session))
        {
            throw new CallRefusedException(
                ErrorReasons.BadRequest, "A stream drives one session; this call names another one than the first call did.", ("field", "session_id"));
        }
    }

    private async ValueTask<bool> ReadFirstAsync(IAsyncStreamReader<Call> requests)
    {
        using var patience = new CancellationTokenSource(FirstCallTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, lifetime.ApplicationStopping);
        try
        {
            return await ReadAsync(requests, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new CallRefusedException(
                ErrorReasons.CallTimeout,
                $"The stream brought no call within {FirstCallTime.TotalSeconds:0} s; a stream is for calls.",
                ("limit_ms", $"{(long)FirstCallTime.TotalMilliseconds}"));
        }
    }

    private async ValueTask<bool> ReadAsync(
        IAsyncStreamReader<Call> requests, ByteString sessionId, string principal, SessionStreams.Place place, CancellationToken ends)
    {
        try
        {
            return await ReadAsync(requests, ends);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            sessions.Find(sessionId, principal); // says how the session ended
            place.ThrowIfLost();
            throw;
        }
    }

    private async ValueTask<bool> ReadAsync(IAsyncStreamReader<Call> requests, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw SessionTable.Stopping();
        }
        catch (IOException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The client ended the stream."));
        }
    }
}
