using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>A client as thin as can be: it counts, and that is all.</summary>
internal sealed class RemoteSession(EnvService.EnvServiceClient client, Wire.Session session)
{
    public Wire.Session Session { get; } = session;

    public EnvService.EnvServiceClient Client { get; } = client;

    public ulong Seq { get; set; } = session.LastSeq;

    public static RemoteSession Open(EnvService.EnvServiceClient client, string id, int lanes, Action<OpenRequest>? change = null)
    {
        var request = new OpenRequest { Generation = 1, EnvId = id, Lanes = (uint)lanes };
        change?.Invoke(request);
        return new RemoteSession(client, client.Open(request));
    }

    public Call NewCall(ulong? seq = null) => new() { Seq = seq ?? Seq + 1, SessionId = Session.SessionId, Epoch = Session.Epoch };

    public Call ResetCall(int? seed = null, Info? options = null, bool[]? mask = null)
    {
        var call = NewCall();
        call.Reset = new Reset();
        if (seed is { } value)
        {
            for (var lane = 0; lane < Session.Lanes; lane++)
            {
                call.Reset.Seeds.Add(SeedCodec.Encode(value + lane));
            }
        }

        call.Reset.Options = options is null ? null : ValueCodec.Encode(options);
        call.Reset.LaneMask = mask is null ? ByteString.Empty : FlagsCodec.Encode(mask);
        return call;
    }

    public Call StepCall(ulong seq, params long[] actions)
    {
        var call = NewCall(seq);
        call.Step = new Step { WantInfo = true };
        call.Step.Action.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes(actions.AsSpan())));
        return call;
    }

    public Reply Send(Call call)
    {
        var reply = Client.Exchange(call);
        Seq = call.Seq;
        return reply;
    }

    public async Task<Reply> SendAsync(Call call)
    {
        var reply = await Client.ExchangeAsync(call);
        Seq = Math.Max(Seq, call.Seq);
        return reply;
    }

    public Reply Reset(int? seed = null, Info? options = null, bool[]? mask = null) => Send(ResetCall(seed, options, mask));

    public Reply Step(params long[] actions) => Send(StepCall(Seq + 1, actions));

    public RpcException Refused(Call call) => Assert.Throws<RpcException>(() => Client.Exchange(call));
}
