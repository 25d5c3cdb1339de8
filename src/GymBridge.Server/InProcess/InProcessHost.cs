using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using GymBridge.Server.Security;
using GymBridge.Server.Service;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.InProcess;

/// <summary>A server without a network: the same sessions, called by function pointers.</summary>
internal sealed class InProcessHost
{
    private const string Caller = "this process";

    private readonly SessionTable _sessions;
    private readonly ControlCalls _control;

    private InProcessHost(IServiceProvider services)
    {
        _sessions = services.GetRequiredService<SessionTable>();
        _control = services.GetRequiredService<ControlCalls>();
    }

    /// <summary>A host for the rest of the process's life.</summary>
    /// <exception cref="ServerConfigurationException">The options make no sense.</exception>
    public static InProcessHost Start(EnvRegistry registry, Action<GymBridgeOptions>? configure)
    {
        // Whoever asks is in this process: what would be a lease of somebody who may have gone is as long as it can be.
        var options = new GymBridgeOptions { MaxLease = TimeSpan.FromDays(49), Lease = TimeSpan.FromDays(49) };
        configure?.Invoke(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ServerConfigurationException(string.Join(" ", problems));
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddGymBridge(options, AccessPolicy.OwnProcess).AddEnvironments(registry);
        var host = new InProcessHost(services.BuildServiceProvider());
        host._sessions.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        return host;
    }

    /// <summary>Begins a call; it never throws.</summary>
    public InProcessCall Begin(InProcessMethod method, byte[] request)
    {
        var call = new InProcessCall();
        _ = Task.Run(() => RunAsync(method, request, call));
        return call;
    }

    /// <summary>Memory for the steps of a session.</summary>
    /// <returns>Null where there is no such session, or its columns have no fixed size.</returns>
    public InProcessSlot? Attach(ReadOnlySpan<byte> sessionId)
    {
        var session = _sessions.Find(ByteString.CopyFrom(sessionId), Caller);
        var observation = SpaceCodec.Decode(session.Plan.Contract.ObservationSpace);
        var action = SpaceCodec.Decode(session.Plan.Contract.ActionSpace);
        return SharedLayout.For(observation, action, session.Plan.Lanes) is { } layout
            ? new InProcessSlot(session, _sessions.Threads, new OwnMemory(layout), observation, action)
            : null;
    }

    private async Task RunAsync(InProcessMethod method, byte[] request, InProcessCall call)
    {
        try
        {
            switch (method)
            {
                case InProcessMethod.List:
                    call.Finish(_control.List());
                    break;
                case InProcessMethod.Describe:
                    call.Finish(await _control.DescribeAsync(DescribeRequest.Parser.ParseFrom(request), call.Abandoned));
                    break;
                case InProcessMethod.Open:
                    call.Finish((await _control.OpenAsync(OpenRequest.Parser.ParseFrom(request), Caller, call.Abandoned)).Message);
                    break;
                case InProcessMethod.Close:
                    call.Finish(await _sessions.CloseAsync(CloseRequest.Parser.ParseFrom(request), Caller));
                    break;
                default:
                    var asked = Call.Parser.ParseFrom(request);
                    var pending = await _sessions.Find(asked.SessionId, Caller).Submit(asked, Math.Max(asked.Epoch, 1), call);
                    call.Finish(pending.Reply.ToArray());
                    pending.Release();
                    break;
            }
        }
        catch (CallRefusedException refusal)
        {
            call.Refuse(refusal);
        }
        catch (Exception exception)
        {
            call.Refuse(new CallRefusedException(ErrorReasons.Internal, $"Bug in GymBridge: {exception}"));
        }
    }
}
