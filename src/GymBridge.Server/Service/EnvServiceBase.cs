using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.Service;

/// <summary>The service of the wire contract, with replies that are serialized already.</summary>
/// <remarks>The generated base would serialize a Reply after the handler has returned, when the next call may already be
/// changing the buffers. A session serializes its reply itself, keeps the bytes, and lends them here.</remarks>
[BindServiceMethod(typeof(EnvServiceBinder), nameof(EnvServiceBinder.BindService))]
internal abstract class EnvServiceBase
{
    public abstract Task<ListResponse> List(ListRequest request, ServerCallContext context);

    public abstract Task<Contract> Describe(DescribeRequest request, ServerCallContext context);

    public abstract Task<Protocol.V1.Session> Open(OpenRequest request, ServerCallContext context);

    public abstract Task<PendingCall> Exchange(Call request, ServerCallContext context);

    public abstract Task Drive(IAsyncStreamReader<Call> requests, IServerStreamWriter<PendingCall> replies, ServerCallContext context);

    public abstract Task<CloseResponse> Close(CloseRequest request, ServerCallContext context);
}

/// <summary>Binds the methods of the contract to <see cref="EnvServiceBase"/>; gRPC finds it by the attribute there.</summary>
internal static class EnvServiceBinder
{
    private const string ServiceName = "gymbridge.v1.EnvService";

    private static readonly Marshaller<PendingCall> ReplyMarshaller = Marshallers.Create<PendingCall>(
        WriteReply, _ => throw new NotSupportedException("A server reads no replies."));

    private static readonly Marshaller<Call> CallMarshaller = MarshallerOf(Call.Parser);

    private static readonly Method<ListRequest, ListResponse> List =
        Unary("List", MarshallerOf(ListRequest.Parser), MarshallerOf(ListResponse.Parser));

    private static readonly Method<DescribeRequest, Contract> Describe =
        Unary("Describe", MarshallerOf(DescribeRequest.Parser), MarshallerOf(Contract.Parser));

    private static readonly Method<OpenRequest, Protocol.V1.Session> Open =
        Unary("Open", MarshallerOf(OpenRequest.Parser), MarshallerOf(Protocol.V1.Session.Parser));

    private static readonly Method<Call, PendingCall> Exchange = Unary("Exchange", CallMarshaller, ReplyMarshaller);

    private static readonly Method<Call, PendingCall> Drive =
        new(MethodType.DuplexStreaming, ServiceName, "Drive", CallMarshaller, ReplyMarshaller);

    private static readonly Method<CloseRequest, CloseResponse> Close =
        Unary("Close", MarshallerOf(CloseRequest.Parser), MarshallerOf(CloseResponse.Parser));

    /// <summary>The service for server reflection.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => EnvService.Descriptor;

    public static void BindService(ServiceBinderBase binder, EnvServiceBase service)
    {
        // The service is null when gRPC only asks for the methods; it then finds them on EnvServiceBase by name.
        binder.AddMethod(List, service is null ? null : new UnaryServerMethod<ListRequest, ListResponse>(service.List));
        binder.AddMethod(Describe, service is null ? null : new UnaryServerMethod<DescribeRequest, Contract>(service.Describe));
        binder.AddMethod(Open, service is null ? null : new UnaryServerMethod<OpenRequest, Protocol.V1.Session>(service.Open));
        binder.AddMethod(Exchange, service is null ? null : new UnaryServerMethod<Call, PendingCall>(service.Exchange));
        binder.AddMethod(Drive, service is null ? null : new DuplexStreamingServerMethod<Call, PendingCall>(service.Drive));
        binder.AddMethod(Close, service is null ? null : new UnaryServerMethod<CloseRequest, CloseResponse>(service.Close));
    }

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string name, Marshaller<TRequest> request, Marshaller<TResponse> response)
        where TRequest : class
        where TResponse : class => new(MethodType.Unary, ServiceName, name, request, response);

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T>, IBufferMessage => Marshallers.Create<T>(Write, context => Read(parser, context));

    private static void Write<T>(T message, SerializationContext context)
        where T : IMessage<T>
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Read<T>(MessageParser<T> parser, DeserializationContext context)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException exception)
        {
            // gRPC for .NET would answer UNKNOWN; the status code table says INTERNAL.
            throw RpcErrors.Of(ErrorReasons.Internal, $"The request is not a {typeof(T).Name} message: {exception.Message}");
        }
    }

    private static void WriteReply(PendingCall execution, SerializationContext context)
    {
        var reply = execution.Reply;
        context.SetPayloadLength(reply.Length);
        context.GetBufferWriter().Write(reply);
        context.Complete();
        execution.Release();
    }
}
