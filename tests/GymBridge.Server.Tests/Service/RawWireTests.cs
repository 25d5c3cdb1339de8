using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using GymBridge.Protocol;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Service;

/// <summary>Bytes that no generated client sends.</summary>
public sealed class RawWireTests
{
    [Theory]
    [InlineData("ff")]
    [InlineData("0affffffffffffffffffff01")]
    [InlineData("0b")]
    [InlineData("2a05")]
    public async Task Exchange_BytesThatAreNoMessage_AreInternal(string hex)
    {
        await using var host = await StartAsync();

        var (status, message) = await PostAsync(host, Convert.FromHexString(hex));

        Assert.Equal("13", status);
        Assert.StartsWith("The request is not a Call message:", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_NestedBeyondTheParser_IsInternal()
    {
        await using var host = await StartAsync();
        byte[] value = [0x08, 0x01];
        for (var i = 0; i < 200; i++)
        {
            value = Field(8, Field(1, value)); // Value.list { items }
        }

        var (status, _) = await PostAsync(host, Field(3, Field(3, value)));

        Assert.Equal("13", status);
    }

    [Theory]
    [InlineData(1, "3")] // a slab of a mebibyte for no session: inflated, parsed, and refused for its session id
    [InlineData(32, "8")]
    public async Task Exchange_CompressedMessage_MayNotInflateBeyondTheLimit(int mebibytes, string expected)
    {
        await using var host = await TestHost.StartAsync(limits => limits.MaxMessageBytes = 4 << 20, address: ServerAddress.Parse("127.0.0.1:0"));
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Field(4, Field(1, new byte[mebibytes << 20])));
        }

        var (status, message) = await PostAsync(host, bomb.ToArray(), isCompressed: true);

        Assert.Equal(expected, status);
        Assert.Equal(
            mebibytes == 1
                ? "A session id has 16 bytes, got 0."
                : "max_message_bytes: the compressed message inflates to more than 4194304 bytes, the limit of this host.",
            message);
    }

    [Fact]
    public async Task Port_SpokenToInHttp1_IsRefused()
    {
        await using var host = await StartAsync();
        using var client = new HttpClient();

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
            (await client.GetAsync(new Uri($"http://{host.Server.Address}/"))).EnsureSuccessStatusCode());
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));

    private static byte[] Field(int number, byte[] content)
    {
        var length = new List<byte>();
        for (var rest = content.Length; ; rest >>= 7)
        {
            length.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F)
            {
                break;
            }
        }

        return [(byte)((number << 3) | 2), .. length, .. content];
    }

    private static async Task<(string Status, string Message)> PostAsync(TestHost host, byte[] message, bool isCompressed = false)
    {
        using var client = new HttpClient();
        var body = new byte[message.Length + 5];
        body[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{host.Server.Address}/gymbridge.v1.EnvService/Exchange"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {host.Server.Token}");
        if (isCompressed)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }

        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (Header(response, "grpc-status"), Uri.UnescapeDataString(Header(response, "grpc-message")));
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : string.Empty;
}
