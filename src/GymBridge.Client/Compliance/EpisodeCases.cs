using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.V1;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Ends of episodes in the three modes, and determinism.</summary>
internal static class EpisodeCases
{
    private const int MostSteps = 200;

    public static ImmutableArray<ComplianceCase> All { get; } =
    [
        new("autoreset/next_step", NextStep),
        new("autoreset/same_step", SameStep),
        new("autoreset/disabled", Disabled),
        new("determinism/seeds", Seeds),
    ];

    private static Session Open(CompliancePeer peer, GymBridge.Protocol.V1.AutoresetMode mode)
    {
        var request = peer.Request(2);
        request.Autoreset = mode;
        return peer.Open(request);
    }

    /// <summary>Steps to the right until lane 0 ends.</summary>
    private static (Reply Last, ulong Seq) UntilEnd(CompliancePeer peer, Session session)
    {
        peer.Good(Reset(session, 1, 1, 2));
        for (ulong seq = 2; seq < MostSteps; seq++)
        {
            var reply = peer.Good(Step(session, seq, 1, 0));
            if (reply.Terminated[0] == 1)
            {
                return (reply, seq);
            }
        }

        throw new ComplianceFailure($"CartPole did not fall within {MostSteps} steps to the right");
    }

    private static void NextStep(CompliancePeer peer)
    {
        var session = Open(peer, GymBridge.Protocol.V1.AutoresetMode.NextStep);
        var (last, seq) = UntilEnd(peer, session);
        Expect(last.FinalLanes.IsEmpty, "NEXT_STEP has no final observations");
        var next = peer.Good(Step(session, seq + 1, 1, 0));
        Expect(BitConverter.ToDouble(next.Reward.Span) == 0 && next.Terminated[0] == 0, "the step after the end brings reward 0 and no flag");
        Expect(Math.Abs(BitConverter.ToSingle(next.Observation[0].Span[8..])) <= 0.05f, "the step after the end shows a first observation");
    }

    private static void SameStep(CompliancePeer peer)
    {
        var (last, _) = UntilEnd(peer, Open(peer, GymBridge.Protocol.V1.AutoresetMode.SameStep));
        Expect(!last.FinalLanes.IsEmpty && last.FinalLanes[0] == 1, "final_lanes does not name the lane that ended");
        Expect(last.FinalObservation.Count == 1 && last.FinalObservation[0].Length == 16 * last.FinalLanes.Count(flag => flag == 1), "final_observation does not hold the lanes that ended");
        Expect(Math.Abs(BitConverter.ToSingle(last.FinalObservation[0].Span[8..])) > 0.2f, "the final observation is not the last one of the episode");
        Expect(Math.Abs(BitConverter.ToSingle(last.Observation[0].Span[8..])) <= 0.05f, "the observation is not the first one of the next episode");
    }

    private static void Disabled(CompliancePeer peer)
    {
        var session = Open(peer, GymBridge.Protocol.V1.AutoresetMode.Disabled);
        var (_, seq) = UntilEnd(peer, session);
        var reset = Reset(session, seq + 1);
        reset.Reset.LaneMask = ByteString.CopyFrom(1, 0);
        peer.Good(reset);
        peer.Good(Step(session, seq + 2, 1, 0));
    }

    private static void Seeds(CompliancePeer peer)
    {
        var sessions = new[] { peer.Open(2), peer.Open(2) };
        var replies = sessions.Select(session => peer.Good(Reset(session, 1, 5, 6)).Observation[0]).ToList();
        Expect(replies[0] == replies[1], "two sessions with the same seeds begin differently");
        for (ulong seq = 2; seq < 12; seq++)
        {
            var both = sessions.Select(session => peer.Good(Step(session, seq, (long)seq % 2, 0)).Observation[0]).ToList();
            Expect(both[0] == both[1], $"two sessions with the same seeds and actions differ at seq {seq}");
        }
    }
}
