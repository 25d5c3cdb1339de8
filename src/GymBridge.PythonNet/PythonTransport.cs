using System.Globalization;
using Grpc.Core;
using GymBridge.Client.Replies;
using GymBridge.Client.Transports;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.PythonNet;

/// <summary>Calls of the service by the host in this process. No limit of time holds: the call is on the caller's thread.</summary>
internal sealed class PythonTransport(EmbeddedPython python) : ITransport
{
    public ListResponse List(TimeSpan timeout) => ListResponse.Parser.ParseFrom(python.Call("List", new ListRequest()));

    public Session Open(OpenRequest request, TimeSpan timeout) => Session.Parser.ParseFrom(python.Call("Open", request));

    public void Close(CloseRequest request, TimeSpan timeout) => python.Call("Close", request);

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
}

/// <summary>Calls of a session as messages.</summary>
internal sealed class PythonCallChannel(EmbeddedPython python) : ICallChannel
{
    public CodecTimings? Timings { get; set; }

    public void Send(Call call, ReplyTarget target, TimeSpan timeout) => ReplyReader.Read(python.Call("Exchange", call), target);

    public void Dispose()
    {
    }
}
