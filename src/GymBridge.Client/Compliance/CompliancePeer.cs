using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Compliance;

/// <summary>A client as thin as can be, which says exactly what a case wants it to say.</summary>
internal sealed class CompliancePeer(EnvService.EnvServiceClient client, string environment)
{
    private readonly List<Session> _sessions = [];

    public EnvService.EnvServiceClient Client => client;

    public string Environment => environment;

    public static DateTime Deadline() => DateTime.UtcNow + TimeSpan.FromSeconds(60);

    /// <summary>An opening of the environment, to be changed by a case.</summary>
    public OpenRequest Request(uint lanes = 1) => new() { Generation = ProtocolConstants.Generation, EnvId = environment, Lanes = lanes };

    public Session Open(OpenRequest request)
    {
        var session = client.Open(request, deadline: Deadline());
        _sessions.RemoveAll(open => open.SessionId == session.SessionId);
        _sessions.Add(session);
        return session;
    }

    public Session Open(uint lanes = 1) => Open(Request(lanes));

    public static Call NewCall(Session session, ulong seq) => new() { Seq = seq, SessionId = session.SessionId, Epoch = session.Epoch };

    public static Call Reset(Session session, ulong seq, params int[] seeds)
    {
        var call = NewCall(session, seq);
        call.Reset = new Reset { Seeds = { seeds.Select(seed => SeedCodec.Encode(seed)) } };
        return call;
    }

    public static Call Step(Session session, ulong seq, params long[] actions)
    {
        var call = NewCall(session, seq);
        call.Step = new Step { WantInfo = true, Action = { ByteString.CopyFrom(MemoryMarshal.AsBytes(actions.AsSpan())) } };
        return call;
    }

    public static Call Ping(Session session, ulong seq)
    {
        var call = NewCall(session, seq);
        call.Ping = new Ping();
        return call;
    }

    public Reply Send(Call call) => client.Exchange(call, deadline: Deadline());

    /// <summary>Sends a call that must succeed without a fault.</summary>
    public Reply Good(Call call)
    {
        var reply = Send(call);
        Expect(reply.Fault is null, $"{call.KindCase} of seq {call.Seq} brought the fault {reply.Fault?.PythonClass}: {reply.Fault?.Message}");
        Expect(reply.Seq == call.Seq, $"call {call.Seq} was answered with the reply to {reply.Seq}");
        return reply;
    }

    /// <summary>Tries what must be refused for a reason.</summary>
    public static ErrorDetails Refused(ErrorReason reason, Action action)
    {
        try
        {
            action();
        }
        catch (RpcException exception)
        {
            var details = ErrorDetails.Read(exception.Trailers.GetValueBytes(ErrorDetails.Trailer));
            Expect(
                exception.StatusCode == reason.Code && details.Reason == reason,
                $"{reason.Code} with reason {reason} was expected, got {exception.StatusCode} with {details.Reason?.Name ?? "no reason"}: {exception.Status.Detail}");
            return details;
        }

        throw new ComplianceFailure($"{reason.Code} with reason {reason} was expected, and the server agreed.");
    }

    public static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ComplianceFailure(otherwise);
        }
    }

    public static void ExpectCapability(Session session, string name)
    {
        if (!session.Contract.Capabilities.Contains(name))
        {
            throw new ComplianceSkip($"The server does not offer '{name}'.");
        }
    }

    public void CloseAll()
    {
        foreach (var session in _sessions)
        {
            try
            {
                client.Close(new CloseRequest { SessionId = session.SessionId, Epoch = session.Epoch }, deadline: Deadline());
            }
            catch (RpcException)
            {
                // The case has closed it, or it is the case's point that it cannot be closed.
            }
        }

        _sessions.Clear();
    }
}
