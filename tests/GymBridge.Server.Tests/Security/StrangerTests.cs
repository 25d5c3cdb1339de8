using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.Extensions.Logging;

namespace GymBridge.Server.Tests.Security;

/// <summary>Connections and messages of clients that do not keep the rules.</summary>
public sealed class StrangerTests
{
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_ThreeHundredThatSayNothing_DoNotKeepAClientOut(bool sendsPreface)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));
        var earlier = host.Open();
        earlier.Reset();
        var silent = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            var socket = await ConnectAsync(host);
            silent.Add(socket);
            if (sendsPreface)
            {
                await socket.SendAsync(Preface);
            }
        }

        RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1).Reset();
        Assert.Equal(2UL, earlier.Step(ProbeEnv.Count).Seq);
        Assert.True(await IsClosedAsync(silent[0]));
        host.AssertQuiet();
        silent.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("16030100")]
    [InlineData("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public async Task Connection_WithoutACall_IsClosedInTime(string sent)
    {
        await using var host = await TestHost.StartAsync(
            options => options.HandshakeTimeout = TimeSpan.FromSeconds(1), address: ServerAddress.Parse("127.0.0.1:0"));
        using var socket = await ConnectAsync(host);
        await socket.SendAsync(Convert.FromHexString(sent));

        Assert.True(await IsClosedAsync(socket));
        host.AssertQuiet();
    }

    [Theory]
    [InlineData(4, 1024)]
    [InlineData(1024, 4)]
    public async Task Connections_AtTheLimit_TheOldestThatNoSessionUsesMakesRoom(int limit, int limitPerPeer)
    {
        await using var host = await TestHost.StartAsync(
            options => (options.MaxConnections, options.MaxConnectionsPerPeer) = (limit, limitPerPeer), address: ServerAddress.Parse("127.0.0.1:0"));
        var earlier = host.Open();
        earlier.Reset();
        var silent = new List<Socket>();
        for (var i = 0; i < 3; i++)
        {
            silent.Add(await ConnectAsync(host));
        }

        var later = RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1);
        later.Reset();

        Assert.True(await IsClosedAsync(silent[0]));
        Assert.Equal(2UL, earlier.Step(ProbeEnv.Count).Seq);
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Connections_AllUsedBySessions_ANewOneIsClosed()
    {
        await using var host = await TestHost.StartAsync(options => options.MaxConnections = 2, address: ServerAddress.Parse("127.0.0.1:0"));
        var sessions = Enumerable.Range(0, 2).Select(_ => RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1)).ToList();

        using var refused = await ConnectAsync(host);

        Assert.True(await IsClosedAsync(refused));
        Assert.All(sessions, session => Assert.Equal(1UL, session.Reset().Seq));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_WhoseMessageNeverEnds_IsEndedAndItsSessionLives(bool hasCalledBefore)
    {
        await using var host = await TestHost.StartAsync(hasManualTime: true, address: ServerAddress.Parse("127.0.0.1:0"));
        var remote = RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1, request => request.LeaseMs = 3_600_000);
        remote.Reset(); // a session without a first call would not live so long
        var ping = new Call { Seq = 2, SessionId = remote.Session.SessionId, Ping = new Ping() }.ToByteArray();
        byte[] whole = [0, 0, 0, 0, (byte)ping.Length, .. ping];
        using var content = new Unfinished([.. hasCalledBefore ? whole : [], .. whole.AsSpan(0, whole.Length - 3)]);

        var answer = PostAsync(host, "/gymbridge.v1.EnvService/Drive", content);
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(5));
            host.Time!.Advance(TimeSpan.FromSeconds(1));
        }

        var (status, message) = await answer;
        Assert.Equal("4", status);
        Assert.Contains("10 s", message, StringComparison.Ordinal);
        remote.Seq = hasCalledBefore ? 2UL : 1;
        Assert.Equal(remote.Seq + 1, remote.Reset().Seq);
        host.AssertQuiet();
    }

    [Fact]
    public async Task Stream_OfASessionThatIsClosed_IsEnded()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        using var stream = host.Client.Drive();
        await stream.RequestStream.WriteAsync(new Call { Seq = 1, SessionId = remote.Session.SessionId, Ping = new Ping() });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));

        host.NewClient().Close(new CloseRequest { SessionId = remote.Session.SessionId });

        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ErrorReasons.SessionClosed, ErrorDetails.Read(ended.Trailers.GetValueBytes(ErrorDetails.Trailer)).Reason);
    }

    [Fact]
    public async Task Connection_LetIn_StaysOpenWithoutCalls()
    {
        await using var host = await TestHost.StartAsync(
            options => options.HandshakeTimeout = TimeSpan.FromSeconds(4), address: ServerAddress.Parse("127.0.0.1:0"));
        using var used = await RawPeer.ConnectAsync(host);
        await used.CallAsync("List", new ListRequest());
        await used.UntilAnsweredAsync();
        using var silent = await ConnectAsync(host);

        Assert.True(await IsClosedAsync(silent)); // after the time of both, and after several beats of Kestrel's own clock

        Assert.True(await used.LivesAsync());
    }

    [Theory]
    [InlineData("flag 2", "0200000000", "13")]
    [InlineData("flag 255", "ff00000000", "13")]
    [InlineData("length 2^32-1", "00ffffffff", "13")]
    [InlineData("corrupt gzip", "010000000401020304", "13")]
    public async Task Message_ThatIsNoneOfGrpc_IsInternalWithoutAnErrorInTheLog(string what, string body, string status)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));

        var answer = await PostAsync(host, "/gymbridge.v1.EnvService/List", body, ("grpc-encoding", "gzip"));

        Assert.True(status == answer.Status, $"{what}: {answer}");
        host.AssertQuiet();
    }

    [Theory]
    [InlineData("gzip", 0, "0")]
    [InlineData("gzip", 1, "13")]
    [InlineData("gzip", 8, "13")]
    [InlineData("gzip", 12, "13")]
    [InlineData("gzip", 20, "13")]
    [InlineData("deflate", 0, "0")]
    [InlineData("deflate", 1, "13")]
    [InlineData("deflate", 4, "13")]
    [InlineData("deflate", 12, "13")]
    public async Task Message_WhoseCompressedEndIsMissing_IsNotTakenForWhole(string encoding, int missing, string status)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));
        using var compressed = new MemoryStream();
        using (Stream deflating = encoding == "gzip"
            ? new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)
            : new ZLibStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            deflating.Write(new DescribeRequest { Generation = 1, EnvId = "CartPole-v1" }.ToByteArray());
        }

        var body = compressed.ToArray()[..^missing];
        var answer = await PostAsync(
            host, "/gymbridge.v1.EnvService/Describe", $"01{body.Length:x8}{Convert.ToHexString(body)}", ("grpc-encoding", encoding));

        Assert.True(status == answer.Status, $"{encoding} without {missing} bytes: {answer}");
        host.AssertQuiet();
    }

    [Theory]
    [InlineData("1n", "4")]
    [InlineData("-1S", "13")]
    [InlineData("99999999H", "0")]
    public async Task Deadline_IsReadAsGrpcSays(string timeout, string status)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));

        var answer = await PostAsync(host, "/gymbridge.v1.EnvService/List", "0000000000", ("grpc-timeout", timeout));

        Assert.True(status == answer.Status, $"{timeout}: {answer}");
        host.AssertQuiet();
    }

    [Theory]
    [InlineData("/gymbridge.v1.EnvService/open")]
    [InlineData("/gymbridge.v1.envservice/Open")]
    [InlineData("/GYMBRIDGE.v1.EnvService/Open")]
    [InlineData("/gymbridge.v1.EnvService/Nothing")]
    public async Task Method_ThatIsNotThere_IsUnimplemented(string path)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));

        Assert.Equal("12", (await PostAsync(host, path, "0000000000")).Status);
    }

    [Fact]
    public async Task Streams_ThatTheirClientsReset_AreNoErrorInTheLog()
    {
        await using var host = await TestHost.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            using var stream = host.Client.Drive();
            await stream.RequestStream.WriteAsync(new Call { Seq = 1 });
        }

        host.Open().Reset();
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Streams_FourThousandOpenedAndResetAtOnce_CutTheirConnectionWithoutAnErrorInTheLog()
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));
        var earlier = host.Open();
        earlier.Reset();
        using var socket = await ConnectAsync(host);
        List<byte> flood = [.. Preface];
        byte[] headers =
        [
            0x83, 0x86, .. Header(":path", "/gymbridge.v1.EnvService/List"), .. Header(":authority", "localhost"), .. Header("te", "trailers"),
            .. Header("content-type", "application/grpc"), .. Header("authorization", $"Bearer {host.Server.Token}"),
        ];
        for (var stream = 1; stream < 8000; stream += 2)
        {
            flood.AddRange([0, 0, (byte)headers.Length, 1, 4, 0, 0, (byte)(stream >> 8), (byte)stream, .. headers]);
            flood.AddRange([0, 0, 4, 3, 0, 0, 0, (byte)(stream >> 8), (byte)stream, 0, 0, 0, 8]);
        }

        try
        {
            await socket.SendAsync(flood.ToArray());
        }
        catch (SocketException)
        {
            // It was cut before the end.
        }

        Assert.True(await IsClosedAsync(socket));
        Assert.Equal(2UL, earlier.Step(ProbeEnv.Count).Seq);
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Level >= LogLevel.Error);

    }

    [Theory]
    [InlineData("settings")]
    [InlineData("pings")]
    [InlineData("headers")]
    public async Task Frames_WithoutEndWhoseAnswersNobodyReads_AreNotReadWithoutEnd(string what)
    {
        const int Most = 64 << 20;
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));
        var other = host.Open();
        other.Reset();
        using var socket = await ConnectAsync(host);
        await socket.SendAsync(Preface);
        byte[] block = [.. Enumerable.Repeat(Header("x", new string('a', 100)), 100).SelectMany(header => header)];
        byte[] frame = what switch
        {
            "settings" => [0, 0, 0, 4, 0, 0, 0, 0, 0],
            "pings" => [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
            _ => [0, (byte)(block.Length >> 8), (byte)block.Length, 9, 0, 0, 0, 0, 1, .. block],
        };
        if (what == "headers")
        {
            await socket.SendAsync((byte[])[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]); // that do not end
        }

        byte[] frames = [.. Enumerable.Repeat(frame, (64 << 10) / frame.Length).SelectMany(one => one)];
        var taken = 0L;
        using var patience = new CancellationTokenSource();
        try
        {
            while (taken < Most)
            {
                patience.CancelAfter(TimeSpan.FromSeconds(3));
                taken += await socket.SendAsync(frames, patience.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It was cut, or is read no further.
        }

        Assert.InRange(taken, 0, Most - 1);
        Assert.Equal(2UL, other.Step(ProbeEnv.Count).Seq);
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    private static byte[] Header(string name, string value) =>
        [0x10, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static async Task<Socket> ConnectAsync(TestHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Server.Address.Port);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed before it was known to be open.
        }

        return socket;
    }

    private static async Task<bool> IsClosedAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true; // reset
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<(string Status, string Message)> PostAsync(TestHost host, string path, string body, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(Convert.FromHexString(body));
        return await PostAsync(host, path, content, headers);
    }

    private static async Task<(string Status, string Message)> PostAsync(
        TestHost host, string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{host.Server.Address}{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {host.Server.Token}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (Header(response, "grpc-status"), Uri.UnescapeDataString(Header(response, "grpc-message")));
    }

    /// <summary>A body that begins and does not end.</summary>
    private sealed class Unfinished(byte[] beginning) : HttpContent
    {
        private readonly TaskCompletionSource _end = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(beginning);
            await stream.FlushAsync();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : string.Empty;
}
