using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using GymBridge.Protocol.V1;
using GymBridge.Server.Security;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GymBridge.Server.Service;

/// <summary>Answers an Exchange that is there as a whole and is done at once, which is what a step is: one message is read and one written,
/// without deadline, timer and call object of gRPC for .NET.</summary>
/// <remarks>Whatever is not so plain is left to gRPC for .NET, which finds the request unread and takes over the call that was submitted:
/// refusals, calls that take their time, compression, interceptors.</remarks>
internal sealed class QuickExchange(
    SessionTable sessions, GymBridgeOptions options, IOptions<GrpcServiceOptions> all, IOptions<GrpcServiceOptions<EnvServiceHandler>> own)
{
    private const int PrefixBytes = 5; // of a message of gRPC: a flag and its length
    private const string ContentType = "application/grpc";

    private readonly bool _isIntercepted = all.Value.Interceptors.Count > 0 || own.Value.Interceptors.Count > 0;

    /// <summary>Puts it before the method of gRPC.</summary>
    public static void Wrap(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is { } next
            && endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Name == nameof(EnvService.EnvServiceBase.Exchange))
        {
            endpoint.RequestDelegate = context =>
                context.RequestServices.GetRequiredService<QuickExchange>().TryAnswer(context) ? Task.CompletedTask : next(context);
        }
    }

    /// <summary>A call that was submitted already, for the handler of gRPC; null if it was not.</summary>
    public static Task<PendingCall>? Submitted(HttpContext context) => context.Features.Get<Submission>()?.Call;

    /// <summary>Hands a call to the session that it names.</summary>
    /// <exception cref="CallRefusedException">There is no such session, or it refuses the call.</exception>
    public Task<PendingCall> Submit(Call call, HttpContext context) =>
        sessions.Find(call.SessionId, Principal.NameOf(context)).Submit(call, Math.Max(call.Epoch, 1), new GrpcCallOrigin(context));

    private bool TryAnswer(HttpContext context)
    {
        if (_isIntercepted || !IsPlain(context.Request) || !context.Request.BodyReader.TryRead(out var read))
        {
            return false;
        }

        var end = read.Buffer.Start; // nothing of the request was looked at, unless all of it is answered
        try
        {
            if (read.IsCompleted && Parse(read.Buffer) is { } call && TrySubmit(call, context) is { } task)
            {
                if (!task.IsCompletedSuccessfully)
                {
                    context.Features.Set(new Submission(task));
                    return false;
                }

                end = read.Buffer.End;
                Write(context.Response, task.Result);
                return true;
            }

            return false;
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(end);
        }
    }

    private static bool IsPlain(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && HttpMethods.IsPost(request.Method) && request.ContentType == ContentType
        && !request.Headers.ContainsKey("grpc-encoding");

    private Call? Parse(ReadOnlySequence<byte> body)
    {
        if (body.Length < PrefixBytes || body.Length - PrefixBytes > options.MaxMessageBytes)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        body.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]) != body.Length - PrefixBytes)
        {
            return null;
        }

        try
        {
            return Call.Parser.ParseFrom(body.Slice(PrefixBytes));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private Task<PendingCall>? TrySubmit(Call call, HttpContext context)
    {
        try
        {
            return Submit(call, context);
        }
        catch (CallRefusedException)
        {
            return null; // a call that is refused has changed nothing, and will be refused again
        }
    }

    private static void Write(HttpResponse response, PendingCall done)
    {
        var reply = done.Reply;
        response.ContentType = ContentType;
        response.AppendTrailer("grpc-status", "0");
        var message = response.BodyWriter.GetSpan(PrefixBytes + reply.Length);
        message[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(message[1..], reply.Length);
        reply.CopyTo(message[PrefixBytes..]);
        response.BodyWriter.Advance(PrefixBytes + reply.Length);
        done.Release();
    }

    private sealed record Submission(Task<PendingCall> Call);
}
