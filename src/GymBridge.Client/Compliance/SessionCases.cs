using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Resuming, fencing, leases, closing.</summary>
internal static class SessionCases
{
    public static ImmutableArray<ComplianceCase> All { get; } =
    [
        new("session/resume_rotates", ResumeRotates),
        new("session/zombie", Zombie),
        new("session/unknown_token", peer => Refused(ErrorReasons.SessionNotFound, () => Resume(peer, ByteString.CopyFrom(new byte[32])))),
        new("session/lease_clamped", LeaseClamped),
        new("session/closed", Closed),
        new("session/bad_id", BadId),
    ];

    private static Session Resume(CompliancePeer peer, ByteString token) =>
        peer.Open(new OpenRequest { Generation = 1, EnvId = peer.Environment, ResumeToken = token });

    private static void ResumeRotates(CompliancePeer peer)
    {
        var first = peer.Open();
        Expect(first.Epoch == 1 && first.ResumeToken.Length == 32, $"epoch 1 and a token of 32 bytes were expected, got {first.Epoch} and {first.ResumeToken.Length}");
        peer.Good(Reset(first, 1, 1));
        var second = Resume(peer, first.ResumeToken);
        Expect(second.SessionId == first.SessionId && second.LastSeq == 1, "the resumed session is another one, or has forgotten its calls");
        Expect(second.Epoch == 2 && second.ResumeToken != first.ResumeToken, $"epoch 2 and a new token were expected, got {second.Epoch}");
        Refused(ErrorReasons.Superseded, () => Resume(peer, first.ResumeToken));
        peer.Good(Step(second, 2, 1));
        Expect(Resume(peer, second.ResumeToken).Epoch == 3, "the new token does not resume");
    }

    private static void Zombie(CompliancePeer peer)
    {
        var zombie = peer.Open();
        peer.Good(Reset(zombie, 1, 1));
        var live = Resume(peer, zombie.ResumeToken);
        var details = Refused(ErrorReasons.Superseded, () => peer.Send(Step(zombie, 2, 1)));
        Expect(details.Metadata.GetValueOrDefault("epoch") == "2", $"epoch 2 was expected in the detail, got {details.Metadata.GetValueOrDefault("epoch")}");
        Refused(ErrorReasons.Superseded, () => peer.Client.Close(new CloseRequest { SessionId = zombie.SessionId, Epoch = 1 }, deadline: Deadline()));
        peer.Good(Step(live, 2, 0));
    }

    private static void LeaseClamped(CompliancePeer peer)
    {
        var request = peer.Request();
        request.LeaseMs = 1;
        var session = peer.Open(request);
        Expect(session.LeaseMs == session.Contract.Limits.MinLeaseMs, $"a lease of {session.Contract.Limits.MinLeaseMs} ms (min_lease_ms) was expected, got {session.LeaseMs}");
    }

    private static void Closed(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var close = new CloseRequest { SessionId = session.SessionId, Epoch = session.Epoch };
        peer.Client.Close(close, deadline: Deadline());
        peer.Client.Close(close, deadline: Deadline());
        var details = Refused(ErrorReasons.SessionClosed, () => peer.Send(Step(session, 2, 1)));
        Expect(
            details.Metadata.GetValueOrDefault("cause") == "closed" && details.Metadata.GetValueOrDefault("last_seq") == "1",
            $"cause closed and last_seq 1 were expected, got {details.Metadata.GetValueOrDefault("cause")} and {details.Metadata.GetValueOrDefault("last_seq")}");
    }

    private static void BadId(CompliancePeer peer)
    {
        Refused(ErrorReasons.BadRequest, () => peer.Send(new Call { Seq = 1, SessionId = ByteString.CopyFrom(new byte[15]), Ping = new Ping() }));
        Refused(ErrorReasons.SessionNotFound, () => peer.Send(new Call { Seq = 1, SessionId = ByteString.CopyFrom(new byte[16]), Ping = new Ping() }));
    }
}
