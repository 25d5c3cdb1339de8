using GymBridge.Protocol;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Catalog;
using GymBridge.Server.Diagnostics;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;

namespace GymBridge.Server.Service;

/// <summary>The calls outside of sessions, in no transport's words: List, Describe and Open.</summary>
internal sealed class ControlCalls(
    SessionTable sessions,
    SessionOpener opener,
    EnvironmentSet environments,
    SharedOffers sharedMemory,
    GymBridgeOptions options,
    TimeProvider time,
    ILogger<ControlCalls> logger)
{
    /// <summary>What the host has.</summary>
    public ListResponse List()
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

        return response;
    }

    /// <summary>What an environment would be.</summary>
    /// <exception cref="CallRefusedException">It cannot be made.</exception>
    public Task<Contract> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken) => InEnvironmentAsync(
        request.Generation, request.EnvId, request.CalculateSize(), () => opener.Describe(request), _ => { }, cancellationToken);

    /// <summary>Opens a session, or resumes one.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="principal">Who asks.</param>
    /// <param name="cancellationToken">The client waits no longer; what is opened is closed again.</param>
    /// <exception cref="CallRefusedException">It is not opened.</exception>
    public async Task<(Sessions.Session Session, Protocol.V1.Session Message)> OpenAsync(
        OpenRequest request, string principal, CancellationToken cancellationToken)
    {
        var opened = await InEnvironmentAsync(
            request.Generation,
            request.EnvId,
            request.CalculateSize(),
            () => Opened(request, principal),
            late => CloseUnlessResumed(request, late.Session),
            cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            CloseUnlessResumed(request, opened.Session);
        }

        return opened;
    }

    /// <summary>Makes an environment on a thread of its own. When its time is over the client is answered, and what is made later
    /// is closed.</summary>
    private async Task<T> InEnvironmentAsync<T>(
        uint generation, string envId, int bytes, Func<T> make, Action<T> closeLate, CancellationToken cancellationToken)
    {
        try
        {
            opener.CheckRequest(generation, envId, bytes);
            var making = sessions.Threads.RunAsync(make);
            using var patience = new CancellationTokenSource(options.OpenLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
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
        catch (Exception exception) when (exception is not CallRefusedException)
        {
            logger.MakingFailed(exception, envId);
            throw exception is OutOfMemoryException
                ? new CallRefusedException(ErrorReasons.CapReached, $"The host has not enough memory for this call: {exception.Message}")
                : new CallRefusedException(ErrorReasons.Internal, "Bug in GymBridge: the call failed inside the host; its log tells more.");
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
}
