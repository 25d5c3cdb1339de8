using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Catalog;
using GymBridge.Server.Diagnostics;
using GymBridge.Server.Security;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;

namespace GymBridge.Server.Service;

/// <summary>The service itself: finds the session, hands it the call, and says refusals in gRPC's words.</summary>
internal sealed class EnvServiceHandler(
    SessionTable sessions,
    SessionOpener opener,
    EnvironmentSet environments,
    SharedOffers sharedMemory,
    GymBridgeOptions options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<EnvServiceHandler> logger) : EnvServiceBase
{
    // A stream that names no session only holds a place.
    private static readonly TimeSpan FirstCallTime = TimeSpan.FromSeconds(60);

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context)
    {
        var response = new ListResponse
        {
            Generation = ProtocolConstants.Generation,
            BootId = sessions.BootId,
            State = sessions.State,
            Limits = ContractFactory.LimitsOf(options),
        };
        foreach (var spec in environments.Specs)
        {
            response.Environments.Add(new ListResponse.Types.Entry { EnvId = spec.Id, SpecJson = ContractFactory.SpecText(spec) });
        }

        foreach (var (name, version) in ContractFactory.Versions)
        {
            response.Versions.Add(name, version);
        }

        return Task.FromResult(response);
    }

    public override Task<Contract> Describe(DescribeRequest request, ServerCallContext context) => InEnvironmentAsync(
        request.Generation, request.EnvId, request.CalculateSize(), () => opener.Describe(request), _ => { }, context);

    public override async Task<Protocol.V1.Session> Open(OpenRequest request, ServerCallContext context)
    {
        var principal = PrincipalOf(context);
        var (session, message) = await InEnvironmentAsync(
            request.Generation, request.EnvId, request.CalculateSize(), () => Opened(request, principal), late => CloseUnlessResumed(request, late.Session), context);
        if (context.CancellationToken.IsCancellationRequested)
        {
            CloseUnlessResumed(request, session);
        }

        session.Attach(PeerConnection.Of(context.GetHttpContext()));
        return message;
    }

    public override async Task<PendingCall> Exchange(Call request, ServerCallContext context)
    {
        try
        {
            return await sessions.Find(request.SessionId, PrincipalOf(context)).Submit(request, Math.Max(request.Epoch, 1), new GrpcCallOrigin(context.GetHttpContext()));
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
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, lifetime.ApplicationStopping);
            do
            {
                var call = requests.Current;
                CheckSameSession(session, call, principal);
                sessions.ThrowIfStopping();
                await replies.WriteAsync(await session.Submit(call, Math.Max(call.Epoch, epoch), origin));
            }
            while (await ReadAsync(requests, first.SessionId, principal, ends.Token));
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    public override Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        try
        {
            sessions.Close(request.SessionId, request.Epoch, PrincipalOf(context));
            return Task.FromResult(new CloseResponse());
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
    }

    /// <summary>Makes an environment on a thread of its own. When its time is over the client is answered, and what is made later
    /// is closed.</summary>
    private async Task<T> InEnvironmentAsync<T>(
        uint generation, string envId, int bytes, Func<T> make, Action<T> closeLate, ServerCallContext context)
    {
        try
        {
            opener.CheckRequest(generation, envId, bytes);
            var making = sessions.Threads.RunAsync(make);
            using var patience = new CancellationTokenSource(options.OpenLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.CancellationToken);
            await ((Task)making).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (making.IsCompleted)
            {
                return await making;
            }

            Abandon(making, closeLate);
            throw new CallRefusedException(
                ErrorReasons.OpenTimeout,
                $"The constructor of '{envId}' takes longer than {options.OpenLimit.TotalSeconds:0.###} s, or its client has gone; what it makes is closed.",
                ("limit_ms", $"{(long)options.OpenLimit.TotalMilliseconds}"));
        }
        catch (CallRefusedException refusal)
        {
            throw RpcErrors.Of(refusal);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            logger.MethodFailed(exception, context.Method);
            throw exception is OutOfMemoryException
                ? RpcErrors.Of(ErrorReasons.CapReached, "The host has not enough memory for this call.")
                : RpcErrors.Of(ErrorReasons.Internal, "Bug in GymBridge: the call failed inside the host; its log tells more.");
        }
    }

    // Of a new session nobody will ever know the id; a resumed one has its lease.
    private void CloseUnlessResumed(OpenRequest request, Sessions.Session session)
    {
        if (request.ResumeToken.IsEmpty)
        {
            sessions.Close(session);
        }
    }

    private void Abandon<T>(Task<T> making, Action<T> closeLate)
    {
        sessions.Threads.CountAbandoned(1);
        _ = making.ContinueWith(
            done =>
            {
                sessions.Threads.CountAbandoned(-1);
                if (done.IsCompletedSuccessfully)
                {
                    closeLate(done.Result);
                }
                else
                {
                    _ = done.Exception;
                }
            },
            TaskScheduler.Default);
    }

    private (Sessions.Session Session, Protocol.V1.Session Message) Opened(OpenRequest request, string principal)
    {
        using var activity = ServerMetrics.Activities.StartActivity("gymbridge.open");
        activity?.SetTag(ServerMetrics.EnvIdTag, request.EnvId);
        var opened = opener.Open(request, principal);
        sharedMemory.Offer(request, opened.Session, opened.Message);
        return opened;
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

    private async ValueTask<bool> ReadAsync(IAsyncStreamReader<Call> requests, ByteString sessionId, string principal, CancellationToken ends)
    {
        try
        {
            return await ReadAsync(requests, ends);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            sessions.Find(sessionId, principal); // says how the session ended
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
