using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>A request over HTTP/2 by hand, on a connection that grants its answers no byte of flow control.</summary>
internal sealed class RawStream : IDisposable
{
    private const byte Headers = 1;
    private const byte EndHeaders = 4;
    private const byte EndStream = 1;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Sends the request of a unary method.</summary>
    public static async Task<RawStream> SendAsync(string socketPath, string method, IMessage request)
    {
        var stream = new RawStream();
        await stream._socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        var message = request.ToByteArray();
        var body = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        byte[] noWindow = [0, 4, 0, 0, 0, 0]; // SETTINGS_INITIAL_WINDOW_SIZE = 0
        byte[] headers =
        [
            .. Literal(":method", "POST"), .. Literal(":scheme", "http"), .. Literal(":authority", "localhost"),
            .. Literal(":path", $"/{EnvService.Descriptor.FullName}/{method}"), .. Literal("content-type", "application/grpc"), .. Literal("te", "trailers"),
        ];
        await stream._socket.SendAsync((byte[])
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, noWindow), .. Frame(Headers, EndHeaders, 1, headers), .. Frame(0, EndStream, 1, body),
        ]);
        return stream;
    }

    /// <summary>Reads frames until the answer's headers have come: the handler is done, and its message waits.</summary>
    public async Task AwaitHeadersAsync()
    {
        using var incoming = new NetworkStream(_socket, ownsSocket: false);
        var head = new byte[9];
        do
        {
            await incoming.ReadExactlyAsync(head);
            await incoming.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]]);
        }
        while (head[3] != Headers);
    }

    /// <summary>RST_STREAM with CANCEL.</summary>
    public async Task CancelAsync() => await _socket.SendAsync(Frame(3, 0, 1, [0, 0, 0, 8]));

    public void Dispose() => _socket.Dispose();

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    // HPACK: a literal without an index, neither name nor value compressed.
    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
