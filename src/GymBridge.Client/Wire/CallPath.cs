using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>Carries calls of one session to the server, one at a time, and waits for each reply.</summary>
internal abstract class CallPath : IDisposable
{
    private const string Service = "gymbridge.v1.EnvService";

    private ReplyTarget? _target;

    /// <summary>Sends a call and reads the reply into the target.</summary>
    /// <exception cref="RpcException">The server refused it, or the connection failed.</exception>
    public void Send(Call call, ReplyTarget target, TimeSpan timeout)
    {
        _target = target;
        OnSend(call, timeout);
    }

    public abstract void Dispose();

    protected abstract void OnSend(Call call, TimeSpan timeout);

    /// <summary>The method, with a reader that puts replies where they are wanted instead of into messages.</summary>
    protected Method<Call, ReplyTarget> CreateMethod(MethodType type, string name) =>
        new(type, Service, name, Marshallers.Create<Call>(Serialize, static _ => throw new NotSupportedException()), Marshallers.Create<ReplyTarget>(static (_, _) => throw new NotSupportedException(), Deserialize));

    private static void Serialize(Call call, SerializationContext context)
    {
        context.SetPayloadLength(call.CalculateSize());
        call.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private ReplyTarget Deserialize(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        ReplyReader.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), _target!);
        return _target!;
    }
}
