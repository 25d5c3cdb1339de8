using System.Buffers;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Client.Replies;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>Carries the calls of one session to the server, one at a time, on a <c>Drive</c> stream.</summary>
/// <remarks>Measured from .NET, a call on a stream takes about two thirds of the time of a unary one, to a C# server and to a
/// Python host alike. A stream that failed is replaced when the next call is sent.</remarks>
internal sealed class RpcCallChannel : ICallChannel
{
    /// <summary>Where a stream of calls goes.</summary>
    public const string Path = $"/{Service}/{Drive}";

    private const string Service = "gymbridge.v1.EnvService";
    private const string Drive = "Drive";

    private static readonly TimeSpan LookAtWrite = TimeSpan.FromMilliseconds(250);

    private readonly CallInvoker _invoker;
    private readonly Func<bool> _readTokenAgain;
    private readonly Method<Call, ReplyTarget> _method;
    private AsyncDuplexStreamingCall<Call, ReplyTarget>? _stream;
    private ReplyTarget? _target;

    /// <inheritdoc/>
    public CodecTimings? Timings { get; set; }

    /// <summary>A way for calls.</summary>
    /// <param name="invoker">Makes the stream.</param>
    /// <param name="readTokenAgain">Looks for another token after one was refused; whether there is one.</param>
    public RpcCallChannel(CallInvoker invoker, Func<bool> readTokenAgain)
    {
        _invoker = invoker;
        _readTokenAgain = readTokenAgain;

        // A method of our own: its reader puts replies where they are wanted instead of into messages.
        _method = new Method<Call, ReplyTarget>(
            MethodType.DuplexStreaming,
            Service,
            Drive,
            Marshallers.Create<Call>(Serialize, static _ => throw new NotSupportedException()),
            Marshallers.Create<ReplyTarget>(static (_, _) => throw new NotSupportedException(), Deserialize));
    }

    public void Send(Call call, ReplyTarget target, TimeSpan timeout)
    {
        _target = target;
        try
        {
            try
            {
                Exchange(Stream(), call, timeout);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated && _readTokenAgain())
            {
                Dispose();
                Exchange(Stream(), call, timeout);
            }
        }
        catch (RpcException exception)
        {
            Dispose();
            throw RpcFailures.Translate(exception);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private AsyncDuplexStreamingCall<Call, ReplyTarget> Stream() => _stream ??= _invoker.AsyncDuplexStreamingCall(_method, null, default);

    private static void Exchange(AsyncDuplexStreamingCall<Call, ReplyTarget> stream, Call call, TimeSpan timeout)
    {
        var write = stream.RequestStream.WriteAsync(call);
        var read = stream.ResponseStream.MoveNext(CancellationToken.None);
        if (!Completes(read, write, timeout))
        {
            Forget(read);
            throw Unanswered(write);
        }

        // Where the write failed, the stream's status, which the read brings, says why.
        if (HasFailed(read) || !read.Result)
        {
            Forget(write);
            read.GetAwaiter().GetResult();
            throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream."));
        }

        // The reply may be here before the write has told that it is done, and no second one may start before that.
        write.GetAwaiter().GetResult();
    }

    // A call that did not leave this process has no reply to wait for, and its stream goes on.
    private static bool Completes(Task read, Task write, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        for (var left = timeout; left > TimeSpan.Zero; left = timeout - Stopwatch.GetElapsedTime(start))
        {
            if (Completes(read, left < LookAtWrite ? left : LookAtWrite))
            {
                return true;
            }

            if (HasFailed(write))
            {
                break;
            }
        }

        return false;
    }

    private static bool Completes(Task task, TimeSpan timeout)
    {
        try
        {
            return task.Wait(timeout);
        }
        catch (AggregateException)
        {
            return true;
        }
    }

    private static RpcException Unanswered(Task write)
    {
        if (!HasFailed(write))
        {
            Forget(write);
            return new RpcException(new Status(StatusCode.DeadlineExceeded, string.Empty));
        }

        var failure = write.Exception?.InnerException;
        return failure as RpcException
            ?? new RpcException(new Status(StatusCode.Unavailable, $"The call could not be written: {failure?.Message ?? "it was cancelled"}", failure));
    }

    private static bool HasFailed(Task task) => task.IsFaulted || task.IsCanceled;

    private static void Forget(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private void Serialize(Call call, SerializationContext context)
    {
        var start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        context.SetPayloadLength(call.CalculateSize());
        call.WriteTo(context.GetBufferWriter());
        context.Complete();
        Timings?.AddEncoding(start);
    }

    private ReplyTarget Deserialize(DeserializationContext context)
    {
        var start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        var payload = context.PayloadAsReadOnlySequence();
        ReplyReader.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), _target!);
        Timings?.AddDecoding(start);
        return _target!;
    }
}
