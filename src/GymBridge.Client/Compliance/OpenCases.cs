using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Spaces;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Opening: the contract, and what is refused.</summary>
internal static class OpenCases
{
    public static ImmutableArray<ComplianceCase> All { get; } =
    [
        new("open/contract", Contract),
        new("open/unknown_environment", peer => Refused(ErrorReasons.EnvironmentNotFound, () => peer.Open(With(peer, request => request.EnvId += "2-v99")))),
        new("open/generation", peer => Refused(ErrorReasons.GenerationMismatch, () => peer.Open(With(peer, request => request.Generation = 99)))),
        new("open/unknown_want", peer => Refused(ErrorReasons.CapabilityMissing, () => peer.Open(With(peer, request => request.Want.Add("telepathy"))))),
        new("open/bad_kwargs", BadKwargs),
        new("open/zero_lanes_is_one", peer => Expect(peer.Open(0).Lanes == 1, "0 lanes are 1.")),
        new("open/too_many_lanes", TooManyLanes),
        new("open/expanded_spaces", ExpandedSpaces),
        new("open/long_id", peer => Refused(ErrorReasons.BadRequest, () => peer.Open(With(peer, request => request.EnvId = new string('A', 1025))))),
        new("open/withdrawn", Withdrawn),
    ];

    private static OpenRequest With(CompliancePeer peer, Action<OpenRequest> change)
    {
        var request = peer.Request();
        change(request);
        return request;
    }

    private static void Contract(CompliancePeer peer)
    {
        var contract = peer.Open().Contract;
        Expect(contract.Generation == 1, $"generation 1 was expected, got {contract.Generation}");
        var (observations, actions) = (SpaceCodec.Decode(contract.ObservationSpace), SpaceCodec.Decode(contract.ActionSpace));
        Expect(observations is Box { DType: GymBridge.DType.Float32, Shape: [4] }, $"CartPole observes Box(4,) float32, got {observations}");
        Expect(actions.Equals(new Discrete(2)), $"CartPole acts in Discrete(2), got {actions}");
        var hash = SpecHash.Compute(observations, actions, PythonTypesCodec.Decode(contract.PythonTypes));
        Expect(contract.SpecHash.Span.SequenceEqual(hash), "spec_hash is not the digest of spaces and Python types");
        string[] wanted = ["attributes", "drive", "exact_actions", "fencing", "generator", "live_generator", "partial_reset", "raw", "render", "resume", "step_some_lanes"];
        var missing = wanted.Except(contract.Capabilities).ToList();
        Expect(missing.Count == 0, $"capabilities {string.Join(", ", missing)} are missing");
        Expect(contract.Limits is { MaxSessions: > 0, MaxLanes: > 0, MaxExpandedBytes: > 0, MinLeaseMs: > 0 }, "limits are not told");
    }

    private static void Withdrawn(CompliancePeer peer)
    {
        var heard = With(peer, request => request.Nonce = NewNonce());
        var session = peer.Open(heard);
        ExpectCapability(session, "withdraw_open");
        Refused(ErrorReasons.BadRequest, () => peer.Open(heard));
        peer.Good(Reset(session, 1, 1));
        Withdraw(peer, heard.Nonce);
        Withdraw(peer, heard.Nonce);
        Refused(ErrorReasons.SessionClosed, () => peer.Send(Step(session, 2, 1)));

        var late = With(peer, request => request.Nonce = NewNonce());
        Withdraw(peer, late.Nonce);
        Refused(ErrorReasons.OpenWithdrawn, () => peer.Open(late));

        Refused(ErrorReasons.BadRequest, () => peer.Open(With(peer, request => request.Nonce = ByteString.CopyFrom(new byte[15]))));
        Refused(ErrorReasons.BadRequest, () => Withdraw(peer, ByteString.CopyFrom(new byte[17])));
    }

    private static ByteString NewNonce() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ProtocolConstants.OpenNonceBytes));

    private static void Withdraw(CompliancePeer peer, ByteString nonce) =>
        peer.Client.Close(new CloseRequest { OpenNonce = nonce }, deadline: Deadline());

    private static void BadKwargs(CompliancePeer peer)
    {
        var details = Refused(
            ErrorReasons.BadArgument, () => peer.Open(With(peer, request => request.Kwargs = ValueCodec.Encode(new Info { ["no_such_argument"] = 1L }))));
        Expect(details.Fault?.PythonClass == "TypeError", $"a TypeError was expected as Fault, got {details.Fault?.PythonClass ?? "none"}");
    }

    private static void TooManyLanes(CompliancePeer peer)
    {
        var most = peer.Open().Contract.MaxLanes;
        var details = Refused(ErrorReasons.CapReached, () => peer.Open(most + 1));
        Expect(details.Metadata.GetValueOrDefault("cap") == "max_lanes", $"cap max_lanes was expected, got {details.Metadata.GetValueOrDefault("cap")}");
    }

    private static void ExpandedSpaces(CompliancePeer peer)
    {
        var eight = ByteString.CopyFrom(new byte[8]);
        var one = ByteString.CopyFrom(1);
        var box = new Value
        {
            Space = new GymBridge.Protocol.V1.Space
            {
                Box = new GymBridge.Protocol.V1.Space.Types.Box
                {
                    Dtype = GymBridge.Protocol.V1.DType.Float64,
                    Shape = { 4096, 2048 },
                    Low = eight,
                    High = eight,
                    BoundedBelow = one,
                    BoundedAbove = one,
                },
            },
        };
        var kwargs = new Value
        {
            Dict = new Value.Types.Dict
            {
                Keys = { new Value { Text = "a" } },
                Values = { new Value { List = new Value.Types.List { Items = { Enumerable.Repeat(box, 20) } } } },
            },
        };
        var details = Refused(ErrorReasons.CapReached, () => peer.Open(With(peer, request => request.Kwargs = kwargs)));
        Expect(details.Metadata.GetValueOrDefault("cap") == "max_expanded_bytes", $"cap max_expanded_bytes was expected, got {details.Metadata.GetValueOrDefault("cap")}");
    }
}
