using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Service;

public sealed class GrpcRequestCheckTests
{
    [Theory]
    [InlineData("1n", "4")]
    [InlineData("99n", "4")]
    [InlineData("0m", "4")]
    [InlineData("-1S", "13")]
    [InlineData("1x", "13")]
    [InlineData("1", "13")]
    [InlineData("999999999S", "13")]
    [InlineData("2147483647H", "13")]
    [InlineData("99999999H", "0")]
    [InlineData("20S", "0")]
    [InlineData("9999m", "0")]
    public async Task List_WithThatTimeout_HasThisStatus(string timeout, string status)
    {
        Assert.Equal(status, await StatusOfAsync("/gymbridge.v1.EnvService/List", timeout));
    }

    [Theory]
    [InlineData("/gymbridge.v1.EnvService/list")]
    [InlineData("/GYMBRIDGE.v1.EnvService/List")]
    public async Task Call_NameInAnotherCase_IsUnimplemented(string path)
    {
        Assert.Equal("12", await StatusOfAsync(path, "20S"));
    }

    private static async Task<string> StatusOfAsync(string path, string timeout)
    {
        await using var host = await TestHost.StartAsync();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.Server.Address.SocketPath!), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost" + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer : response.Headers.GetValues("grpc-status")).Single();
    }
}
