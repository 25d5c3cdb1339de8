using Grpc.Core;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>One stream for all calls.</summary>
internal sealed class DrivePath : CallPath
{
    private readonly CallInvoker _invoker;
    private readonly Method<Call, ReplyTarget> _method;
    private AsyncDuplexStreamingCall<Call, ReplyTarget>? _stream;

    public DrivePath(CallInvoker invoker)
    {
        _invoker = invoker;
        _method = CreateMethod(MethodType.DuplexStreaming, "Drive");
    }

    public override void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    protected override void OnSend(Call call, TimeSpan timeout)
    {
        _stream ??= _invoker.AsyncDuplexStreamingCall(_method, null, default);
        try
        {
            Exchange(_stream, call, timeout);
        }
        catch
        {
            // A stream that failed carries nothing any more; the next call opens another.
            Dispose();
            throw;
        }
    }

    private static void Exchange(AsyncDuplexStreamingCall<Call, ReplyTarget> stream, Call call, TimeSpan timeout)
    {
        var write = stream.RequestStream.WriteAsync(call);
        var read = stream.ResponseStream.MoveNext(CancellationToken.None);
        if (!read.IsCompleted && !((IAsyncResult)read).AsyncWaitHandle.WaitOne(timeout))
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, string.Empty));
        }

        if (!read.GetAwaiter().GetResult())
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream."));
        }

        write.GetAwaiter().GetResult();
    }
}
