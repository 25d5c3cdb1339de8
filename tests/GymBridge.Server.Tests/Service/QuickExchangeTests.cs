using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GymBridge.Server.Tests.Service;

/// <summary>Calls that are answered without gRPC for .NET are answered as by it, and those that it has to see, it sees.</summary>
public sealed class QuickExchangeTests
{
    [Theory]
    [InlineData(0)] // in one piece
    [InlineData(3)] // within the prefix
    [InlineData(9)] // within the message
    public async Task Exchange_InAnyPieces_IsOneReplyAndAStatus(int cut)
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));
        var session = host.Open("CartPole-v1");
        session.Reset(1);
        session.Step(1); // from now on its calls are known to be quick

        using var response = await PostAsync(host, session.StepCall(3, 1).ToByteArray(), cut);
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        Assert.Equal((0, 3ul), (body[0], Reply.Parser.ParseFrom(body.AsSpan(5)).Seq));
        Assert.Equal(4ul, session.Client.Exchange(session.StepCall(4, 0)).Seq);
    }

    [Fact]
    public async Task Exchange_SlowAndQuickCalls_AreExecutedOnce()
    {
        await using var host = await TestHost.StartAsync();
        var session = host.Open();
        session.Reset();
        for (var i = 1; i <= 20; i++)
        {
            session.Step(ProbeEnv.Count);
            Assert.Equal(i, host.Probe.Steps);
        }

        Assert.Equal(StatusCode.FailedPrecondition, session.Refused(session.NewCall(500)).StatusCode);
        Assert.Equal(20, host.Probe.Steps);
        host.AssertQuiet();
    }

    [Fact]
    public async Task Exchange_InAnApplicationWithAnInterceptor_PassesIt()
    {
        var path = TestHost.NewSocketPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var counter = new Counter();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(counter);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Counter>());
        builder.Services.AddGymBridge().AddEnvironments(EnvironmentCatalog.CreateRegistry());
        await using var application = builder.Build();
        application.MapGymBridge();
        await application.StartAsync();
        using var channel = TestHost.ChannelTo(ServerAddress.Unix(path));
        var session = RemoteSession.Open(new EnvService.EnvServiceClient(channel), "CartPole-v1", 1);

        session.Reset(1);
        session.Step(1);
        session.Step(0);

        Assert.Equal(4, counter.Calls); // the Open among them
        await application.StopAsync();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static async Task<HttpResponseMessage> PostAsync(TestHost host, byte[] message, int cut)
    {
        var body = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{host.Server.Address}/gymbridge.v1.EnvService/Exchange"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Pieces(body, cut),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {host.Server.Token}");
        return await client.SendAsync(request);
    }

    private sealed class Counter : Interceptor
    {
        public int Calls { get; private set; }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Calls++;
            return continuation(request, context);
        }
    }

    /// <summary>A body in two frames.</summary>
    private sealed class Pieces(byte[] body, int cut) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, cut));
            await stream.FlushAsync();
            await stream.WriteAsync(body.AsMemory(cut));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
