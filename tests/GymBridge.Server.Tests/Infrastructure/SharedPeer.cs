using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>The client's end of a shared file, as thin as can be.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SharedPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private uint _request;

    private SharedPeer(RemoteSession remote, SharedSlot slot)
    {
        Remote = remote;
        Slot = slot;
    }

    public RemoteSession Remote { get; }

    public SharedSlot Slot { get; }

    public ReplyHead Head => Slot.ReplyHead;

    public static SharedPeer Open(TestHost host, string id = TestHost.ProbeId, int lanes = 1, byte[]? nonceOfAnother = null) =>
        Open(host.Client, id, lanes, nonceOfAnother);

    public static SharedPeer Open(
        EnvService.EnvServiceClient client, string id, int lanes, byte[]? nonceOfAnother = null, Action<OpenRequest>? change = null)
    {
        var nonce = RandomNumberGenerator.GetBytes(SharedLayout.NonceBytes);
        var remote = RemoteSession.Open(client, id, lanes, request =>
        {
            request.SharedMemory = Machine.Describe();
            request.SharedMemory.Nonce = ByteString.CopyFrom(nonce);
            change?.Invoke(request);
        });
        var offer = remote.Session.SharedMemory ?? throw new InvalidOperationException(remote.Session.SharedMemoryRefusal);
        var contract = remote.Session.Contract;
        var layout = SharedLayout.For(SpaceCodec.Decode(contract.ObservationSpace), SpaceCodec.Decode(contract.ActionSpace), lanes)!;
        var bells = Bells.Open(offer, PeerProcess.Open(offer.ProcessId));
        var slot = SharedSlot.Open(layout, offer.ProcessId, offer.Descriptor_, offer.Bytes, offer.Nonce.Span, bells);
        (nonceOfAnother ?? nonce).CopyTo(slot.Bytes(SharedLayout.ClientNonceAt, SharedLayout.NonceBytes));
        slot.ClientState = PeerState.Here;
        slot.RingHost();
        return new SharedPeer(remote, slot);
    }

    /// <summary>Sends a message through the file; null if the gRPC connection has the answer.</summary>
    public Reply? Send(Call call)
    {
        var bytes = call.ToByteArray();
        bytes.CopyTo(Slot.Bytes(Slot.Layout.RequestMessageAt, bytes.Length));
        return Send(new RequestHead { Seq = call.Seq, Kind = RequestKind.Message, Epoch = call.Epoch, Length = (uint)bytes.Length });
    }

    /// <summary>A step in columns.</summary>
    public Reply? Step(params long[] actions)
    {
        MemoryMarshal.AsBytes(actions.AsSpan()).CopyTo(Slot.Bytes(Slot.Layout.ActionAt[0], Slot.Layout.ActionRoom[0]));
        return Send(new RequestHead { Seq = Remote.Seq + 1, Kind = RequestKind.Step, Epoch = 1, WantInfo = 1 });
    }

    public Reply? Send(RequestHead head)
    {
        Post(head);
        return Wait(head.Seq);
    }

    public void Post(RequestHead head)
    {
        Slot.RequestHead = head;
        Slot.PostRequest(++_request);
    }

    public Reply? Wait(ulong seq)
    {
        Assert.True(Await(Patience), "No reply came.");
        if (Head.Status == ReplyStatus.OnStream)
        {
            return null;
        }

        var reply = Reply.Parser.ParseFrom(Slot.Bytes(Slot.Layout.ReplyMessageAt, (int)Head.Length));
        (reply.Seq, reply.EnvUs, reply.ServerUs) = (Head.Seq, Head.EnvUs, Head.ServerUs);
        var layout = Slot.Layout;
        if (Head.Columns.HasFlag(ReplyColumns.Observations))
        {
            var leaves = SpaceCodec.Decode(Remote.Session.Contract.ObservationSpace).Leaves;
            reply.Observation.AddRange(leaves.Select((leaf, i) => ByteString.CopyFrom(Slot.Bytes(layout.ObservationAt[i], leaf.Bytes * layout.Lanes))));
        }

        if (Head.Columns.HasFlag(ReplyColumns.Outcomes))
        {
            reply.Reward = ByteString.CopyFrom(Slot.Bytes(layout.RewardAt, sizeof(double) * layout.Lanes));
            reply.Terminated = ByteString.CopyFrom(Slot.Bytes(layout.TerminatedAt, layout.Lanes));
            reply.Truncated = ByteString.CopyFrom(Slot.Bytes(layout.TruncatedAt, layout.Lanes));
        }

        Remote.Seq = seq;
        return reply;
    }

    /// <summary>Whether the reply comes in time.</summary>
    public bool Await(TimeSpan patience)
    {
        for (var slices = patience / SharedSlot.Slice; slices > 0; slices--)
        {
            if (Slot.WaitForReply(_request, SharedSlot.Slice))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        Slot.ClientState = PeerState.Gone;
        Slot.RingHost();
        Slot.Dispose();
    }
}
