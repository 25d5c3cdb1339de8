using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Client.Replies;
using GymBridge.Client.Transports;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.PythonNet;

/// <summary>Calls of the service by the host in this process, on the caller's thread.</summary>
internal sealed class PythonTransport(EmbeddedPython python) : ITransport
{
    public ListResponse List(TimeSpan timeout) => ListResponse.Parser.ParseFrom(Call("List", new ListRequest(), timeout));

    public Session Open(OpenRequest request, TimeSpan timeout) => Session.Parser.ParseFrom(Call("Open", request, timeout));

    public CloseResponse Close(CloseRequest request, TimeSpan timeout) => CloseResponse.Parser.ParseFrom(Call("Close", request, timeout));

    public ICallChannel OpenChannel(Session session)
    {
        var messages = new PythonCallChannel(python);
        var (observation, action) = (SpaceCodec.Decode(session.Contract.ObservationSpace), SpaceCodec.Decode(session.Contract.ActionSpace));
        return SharedLayout.For(observation, action, (int)session.Lanes) is { } layout
            && PythonMemoryChannel.TryOpen(python, messages, layout, session) is { } columns
            ? columns
            : messages;
    }

    public void Dispose()
    {
        // The interpreter lives as long as the process.
    }

    /// <summary>The failure of a call that was ended after its time.</summary>
    public static TransportException TookTooLong(TimeSpan limit) =>
        new(TransportFailure.TimedOut, "KeyboardInterrupt was raised in its Python code", status: nameof(StatusCode.DeadlineExceeded)) { Limit = limit };

    /// <summary>The failure for what Python returned instead of a reply.</summary>
    public static TransportException Failure(int code, byte[] detail)
    {
        var (status, details) = ((StatusCode)code, ErrorDetails.Read(detail));
        var text = ErrorStatus.Parser.ParseFrom(detail).Message;
        return new TransportException(TransportFailure.Refused, text, details, status.ToString());
    }

    /// <summary>The failure for an exception that left our own Python code.</summary>
    public static TransportException Failure(Python.Runtime.PythonException exception) =>
        new(TransportFailure.Refused, string.Create(CultureInfo.InvariantCulture, $"Bug in GymBridge: {exception.Type.Name}: {exception.Message}"), status: nameof(StatusCode.Internal), innerException: exception);

    private byte[] Call(string method, IMessage request, TimeSpan timeout)
    {
        using var watch = new CallWatch();
        return python.Call(method, request, watch, timeout);
    }
}

/// <summary>Calls of a session as messages.</summary>
internal sealed class PythonCallChannel(EmbeddedPython python) : ICallChannel
{
    private readonly CallWatch _watch = new();

    public CodecTimings? Timings { get; set; }

    public void Send(Call call, ReplyTarget target, TimeSpan timeout) => ReplyReader.Read(python.Call("Exchange", call, _watch, LimitOf(call)), target);

    public void Dispose() => _watch.Dispose();

    /// <summary>How long a call may take: the connection's own limit is for an answer of another process.</summary>
    public static TimeSpan LimitOf(Call call) => call.TimeoutMs == 0 ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(call.TimeoutMs);
}
