using Grpc.Core;
using GymBridge.Client.Replies;
using GymBridge.Client.Transports;
using GymBridge.Client.Transports.Rpc;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Tests.Transports.Rpc;

public sealed class RpcCallChannelTests
{
    [Fact]
    public void Send_CallThatIsNotWritten_FailsWithoutWaitingForItsReply()
    {
        using var channel = new RpcCallChannel(new DeafInvoker(), () => false);

        var error = Assert.Throws<TransportException>(() => channel.Send(new Call { Seq = 1 }, new ReplyTarget(), TimeSpan.FromHours(1)));

        Assert.Equal(TransportFailure.Broken, error.Failure);
        Assert.Contains("could not be written: no pipe", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Send_NoReplyInTime_TimesOut()
    {
        using var channel = new RpcCallChannel(new DeafInvoker { Writes = Task.CompletedTask }, () => false);

        var error = Assert.Throws<TransportException>(() => channel.Send(new Call { Seq = 1 }, new ReplyTarget(), TimeSpan.FromMilliseconds(20)));

        Assert.Equal(TransportFailure.TimedOut, error.Failure);
    }

    // Writes as it is told, and never answers.
    private sealed class DeafInvoker : CallInvoker
    {
        public Task Writes { get; init; } = Task.FromException(new InvalidOperationException("no pipe"));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => new(
            new Writer<TRequest>(Writes), new Reader<TResponse>(), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }

    private sealed class Writer<T>(Task writes) : IClientStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => writes;

        public Task CompleteAsync() => Task.CompletedTask;
    }

    private sealed class Reader<T> : IAsyncStreamReader<T>
    {
        public T Current => throw new InvalidOperationException("There is no reply.");

        public Task<bool> MoveNext(CancellationToken cancellationToken) => new TaskCompletionSource<bool>().Task;
    }
}
