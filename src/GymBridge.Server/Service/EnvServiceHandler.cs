using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using GymBridge.Server.Hosting;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.Service;

/// <summary>The service itself: finds the session and hands it the call.</summary>
internal sealed class EnvServiceHandler(
    SessionTable sessions, SessionOpener opener, EnvironmentSet environments, IHostApplicationLifetime lifetime) : EnvServiceBase
{
    public override Task<ListResponse> List(ListRequest request, ServerCallContext context)
    {
        var response = new ListResponse { Generation = ProtocolConstants.Generation };
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

    public override Task<Contract> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(opener.Describe(request));

    public override Task<Protocol.V1.Session> Open(OpenRequest request, ServerCallContext context) =>
        Task.FromResult(opener.Open(request));

    public override Task<PendingCall> Exchange(Call request, ServerCallContext context) =>
        sessions.Find(request.SessionId).Submit(request, context.GetHttpContext());

    /// <summary>Answers the calls of a stream one after the other. A client that sends more than its credits is held back by
    /// the flow control of its connection: nothing is read while a call runs.</summary>
    public override async Task Drive(IAsyncStreamReader<Call> requests, IServerStreamWriter<PendingCall> replies, ServerCallContext context)
    {
        var carrier = context.GetHttpContext();
        Sessions.Session? session = null;
        while (await ReadAsync(requests))
        {
            var call = requests.Current;
            session ??= sessions.Find(call.SessionId);
            CheckSameSession(session, call);
            sessions.ThrowIfStopping();
            await replies.WriteAsync(await session.Submit(call, carrier));
        }
    }

    public override Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        sessions.Close(request.SessionId);
        return Task.FromResult(new CloseResponse());
    }

    private void CheckSameSession(Sessions.Session session, Call call)
    {
        if (call.SessionId.Length != 0 && !ReferenceEquals(sessions.Find(call.SessionId), session))
        {
            throw RpcErrors.InvalidArgument("A stream drives one session; this call names another one than the first call did.");
        }
    }

    // An idle stream would keep the host from stopping.
    private async ValueTask<bool> ReadAsync(IAsyncStreamReader<Call> requests)
    {
        try
        {
            return await requests.MoveNext(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw RpcErrors.Unavailable("The host is stopping.");
        }
    }
}
