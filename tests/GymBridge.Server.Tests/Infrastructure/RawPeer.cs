using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>A client in frames of HTTP/2 that has one connection, for good, and makes its calls on stream 1.</summary>
internal sealed class RawPeer : IDisposable
{
    private const byte Headers = 1;
    private const byte Data = 0;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Acknowledged = 1;
    private const int FrameHeader = 9;

    private readonly NetworkStream _stream;
    private readonly string? _token;

    private RawPeer(Socket socket, string? token) => (_stream, _token) = (new NetworkStream(socket, ownsSocket: true), token);

    /// <summary>Connects.</summary>
    public static async Task<RawPeer> ConnectAsync(TestHost host)
    {
        var address = host.Server.Address;
        var socket = address.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(
            address.SocketPath is { } path ? new UnixDomainSocketEndPoint(path) : new IPEndPoint(IPAddress.Loopback, address.Port));
        var peer = new RawPeer(socket, host.Server.Token);
        await peer._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await peer.SendAsync(Settings, 0, 0, []);
        return peer;
    }

    /// <summary>Makes a call.</summary>
    public async Task CallAsync(string method, IMessage request)
    {
        byte[] headers =
        [
            0x83, 0x86, .. Header(":path", $"/gymbridge.v1.EnvService/{method}"), .. Header(":authority", "localhost"), .. Header("te", "trailers"),
            .. Header("content-type", "application/grpc"), .. _token is null ? [] : Header("authorization", $"Bearer {_token}"),
        ];
        await SendAsync(Headers, EndHeaders, 1, headers);
        var message = request.ToByteArray();
        await SendAsync(Data, EndStream, 1, [0, 0, 0, 0, (byte)message.Length, .. message]);
    }

    /// <summary>Reads until the call is answered.</summary>
    public async Task UntilAnsweredAsync()
    {
        while (await ReadAsync() is var (kind, flags) && !(kind == Headers && (flags & EndStream) != 0))
        {
        }
    }

    /// <summary>Whether the connection still serves: a ping is answered, and nobody has said goodbye.</summary>
    public async Task<bool> LivesAsync()
    {
        try
        {
            await SendAsync(Ping, 0, 0, new byte[8]);
            while (true)
            {
                switch (await ReadAsync())
                {
                    case (GoAway, _): return false;
                    case (Ping, var flags) when (flags & Acknowledged) != 0: return true;
                }
            }
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<(byte Kind, byte Flags)> ReadAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var head = new byte[FrameHeader];
        await _stream.ReadExactlyAsync(head, patience.Token);
        await _stream.ReadExactlyAsync(new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))], patience.Token);
        return (head[3], head[4]);
    }

    private async Task SendAsync(byte kind, byte flags, byte stream, byte[] payload) =>
        await _stream.WriteAsync((byte[])[0, (byte)(payload.Length >> 8), (byte)payload.Length, kind, flags, 0, 0, 0, stream, .. payload]);

    // HPACK: a literal without an index, neither name nor value compressed.
    private static byte[] Header(string name, string value) =>
        [0x10, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
