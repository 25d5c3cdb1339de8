using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Calls: what is refused, what is a fault, and masks.</summary>
internal static class CallCases
{
    private const int RowBytes = 4 * sizeof(float);

    public static ImmutableArray<ComplianceCase> All { get; } =
    [
        new("call/unknown_kind", UnknownKind),
        new("call/step_before_reset", StepBeforeReset),
        new("call/step_some_lanes", StepSomeLanes),
        new("call/partial_reset", PartialReset),
        new("call/bad_slab", BadSlab),
        new("call/bad_mask", BadMask),
        new("call/oversized_reply", OversizedReply),
    ];

    private static void UnknownKind(CompliancePeer peer)
    {
        var session = peer.Open();
        Refused(ErrorReasons.UnknownCall, () => peer.Send(NewCall(session, 1)));
        peer.Good(Reset(session, 1, 1));
    }

    private static void StepBeforeReset(CompliancePeer peer)
    {
        var session = peer.Open();
        var fault = peer.Send(Step(session, 1, 0)).Fault;
        Expect(fault is not null, "a step before the first reset is a fault");
        Expect(fault!.PythonClass == "gymnasium.error.ResetNeeded" && fault.Recoverable, $"a recoverable ResetNeeded was expected, got {fault.PythonClass}: {fault.Message}");
        peer.Good(Reset(session, 2, 1));
    }

    private static void StepSomeLanes(CompliancePeer peer)
    {
        var request = peer.Request(3);
        request.Want.Add("step_some_lanes");
        var session = peer.Open(request);
        var before = peer.Good(Reset(session, 1, 1, 2, 3)).Observation[0];
        var call = Step(session, 2, 1, 1, 1);
        call.Step.LaneMask = ByteString.CopyFrom(1, 0, 1);
        var reply = peer.Good(call);
        Expect(Row(reply.Observation[0], 1).SequenceEqual(Row(before, 1)), "the lane outside of the mask has another observation than before");
        Expect(!Row(reply.Observation[0], 0).SequenceEqual(Row(before, 0)), "a lane of the mask has not stepped");
        Expect(BitConverter.ToDouble(reply.Reward.Span[8..]) == 0 && reply.Terminated[1] == 0, "the lane outside of the mask has a reward or a flag");
    }

    private static void PartialReset(CompliancePeer peer)
    {
        var session = peer.Open(2);
        peer.Good(Reset(session, 1, 1, 2));
        var before = peer.Good(Step(session, 2, 1, 0)).Observation[0];
        var call = Reset(session, 3, 1, 2);
        call.Reset.LaneMask = ByteString.CopyFrom(0, 1);
        var reply = peer.Good(call);
        Expect(Row(reply.Observation[0], 0).SequenceEqual(Row(before, 0)), "the lane outside of the mask has another observation than before");
        Expect(!Row(reply.Observation[0], 1).SequenceEqual(Row(before, 1)), "the lane of the mask was not reset");
    }

    private static void BadSlab(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 1));
        var call = Step(session, 2, 0);
        call.Step.Action[0] = ByteString.CopyFrom(new byte[7]);
        var details = Refused(ErrorReasons.BadSlab, () => peer.Send(call));
        Expect(details.Metadata.GetValueOrDefault("expected") == "8" && details.Metadata.GetValueOrDefault("got") == "7", "expected and got are not 8 and 7");
        peer.Good(Step(session, 2, 0));
    }

    private static void BadMask(CompliancePeer peer)
    {
        var session = peer.Open(2);
        peer.Good(Reset(session, 1, 1, 2));
        foreach (var mask in (ByteString[])[ByteString.CopyFrom(1), ByteString.CopyFrom(0, 0), ByteString.CopyFrom(1, 7)])
        {
            var call = Reset(session, 2);
            call.Reset.LaneMask = mask;
            Refused(ErrorReasons.LanesInvalid, () => peer.Send(call));
        }

        peer.Good(Step(session, 2, 0, 0));
    }

    private static void OversizedReply(CompliancePeer peer)
    {
        var request = peer.Request(2);
        request.RenderMode = "rgb_array";
        var session = peer.Open(request);
        if (session.Contract.MaxMessageBytes > 2 * 400 * 600 * 3)
        {
            throw new ComplianceSkip($"Needs a server whose limit is below two frames of CartPole; this one's is {session.Contract.MaxMessageBytes} bytes.");
        }

        peer.Good(Reset(session, 1, 1, 2));
        var call = NewCall(session, 2);
        call.Render = new Render { AllLanes = true };
        var fault = peer.Send(call).Fault;
        Expect(fault?.PythonClass == "gymbridge.errors.MessageTooLargeError" && fault.Recoverable, $"a recoverable MessageTooLargeError was expected, got {fault?.PythonClass}");
        Expect(fault!.Lanes.SequenceEqual([0U, 1U]), $"lanes 0 and 1 were expected, got {string.Join(", ", fault.Lanes)}");
        peer.Good(Step(session, 3, 0, 0));
    }

    private static ReadOnlySpan<byte> Row(ByteString slab, int lane) => slab.Span.Slice(lane * RowBytes, RowBytes);
}
