using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Each call is executed exactly once.</summary>
internal static class SequenceCases
{
    public static ImmutableArray<ComplianceCase> All { get; } =
    [
        new("sequence/retry", Retry),
        new("sequence/retry_other_timeout", RetryOtherTimeout),
        new("sequence/conflict", Conflict),
        new("sequence/gap", Gap),
        new("sequence/expired", Expired),
        new("sequence/zero", peer => Refused(ErrorReasons.BadRequest, () => peer.Send(Ping(peer.Open(), 0)))),
    ];

    private static void Retry(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var first = peer.Good(Step(session, 2, 1));
        var again = peer.Good(Step(session, 2, 1));
        Expect(first.ToByteString() == again.ToByteString(), "the same call again has another reply");
        var next = peer.Good(Step(session, 3, 1));
        Expect(next.Observation[0] != first.Observation[0], "the next step shows the observation of the one before");
    }

    private static void RetryOtherTimeout(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var first = peer.Good(Step(session, 2, 1));
        var again = Step(session, 2, 1);
        again.TimeoutMs = 1234;
        Expect(first.ToByteString() == peer.Good(again).ToByteString(), "the same call with another timeout has another reply");
    }

    private static void Conflict(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        peer.Good(Step(session, 2, 1));
        Refused(ErrorReasons.SequenceConflict, () => peer.Send(Step(session, 2, 0)));
        peer.Good(Step(session, 3, 0));
    }

    private static void Gap(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var details = Refused(ErrorReasons.SequenceGap, () => peer.Send(Step(session, 99, 0)));
        Expect(details.Metadata.GetValueOrDefault("expected") == "2" && details.Metadata.GetValueOrDefault("got") == "99", "expected and got are not 2 and 99");
        peer.Good(Step(session, 2, 0));
    }

    private static void Expired(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var calls = session.Credits + 2;
        for (ulong seq = 2; seq <= calls; seq++)
        {
            peer.Good(Ping(session, seq));
        }

        Refused(ErrorReasons.SequenceExpired, () => peer.Send(Reset(session, 1, 1)));
        peer.Good(Ping(session, calls + 1));
    }
}
