using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>A server over HTTP/2 by hand: it answers the first request, an Open, refuses the second one, a stream, after its first call has
/// come, and answers the calls of the third.</summary>
internal sealed class RudeServer : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte EndHeaders = 4;
    private const byte EndStream = 1;
    private const byte Acknowledged = 1;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Session _session;
    private readonly Func<Call, Reply> _onCall;
    private readonly Task _serving;

    public RudeServer(Session session, Func<Call, Reply> onCall)
    {
        (_session, _onCall) = (session, onCall);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Streams that were refused.</summary>
    public int Refused { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _ = _serving.Exception;
    }

    private async Task ServeAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[24]); // the preface
        await SendAsync(stream, Settings, 0, 0, []);
        var calls = 0;
        while (true)
        {
            var head = new byte[9];
            await stream.ReadExactlyAsync(head);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload);
            var (type, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            if (type is Settings or Ping && (flags & Acknowledged) == 0)
            {
                await SendAsync(stream, type, Acknowledged, 0, type == Ping ? payload : []);
            }
            else if (type == Data && payload.Length > 5 && id == 1)
            {
                await AnswerAsync(stream, id, _session, isFirst: true);
                await SendAsync(stream, Headers, EndHeaders | EndStream, id, Literal("grpc-status", "0"));
            }
            else if (type == Data && payload.Length > 5 && Refused == 0)
            {
                Refused++;
                await SendAsync(stream, Reset, 0, id, [0, 0, 0, 7]); // REFUSED_STREAM: it was not looked at, and may be sent again
            }
            else if (type == Data && payload.Length > 5)
            {
                await AnswerAsync(stream, id, _onCall(Call.Parser.ParseFrom(payload, 5, payload.Length - 5)), isFirst: calls++ == 0);
            }
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, int id, IMessage message, bool isFirst)
    {
        if (isFirst)
        {
            await SendAsync(stream, Headers, EndHeaders, id, [.. Literal(":status", "200"), .. Literal("content-type", "application/grpc")]);
        }

        var bytes = message.ToByteArray();
        var body = new byte[5 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), bytes.Length);
        bytes.CopyTo(body, 5);
        await SendAsync(stream, Data, 0, id, body);
    }

    private static async Task SendAsync(NetworkStream stream, byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }

    // HPACK: a literal without an index, neither name nor value compressed.
    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
