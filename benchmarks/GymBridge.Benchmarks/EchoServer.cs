using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace GymBridge.Benchmarks;

/// <summary>The least that Kestrel can do for a unary gRPC call: send the message back. What every step is measured against.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private EchoServer(WebApplication app, string folder, string address)
    {
        _app = app;
        _folder = folder;
        Address = address;
    }

    public string Address { get; }

    public static async Task<EchoServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-echo-").FullName;
        var socket = Path.Combine(folder, "echo.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(EchoAsync);
        await app.StartAsync();
        return new EchoServer(app, folder, $"unix:{socket}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        var length = 0;
        while (await context.Request.Body.ReadAsync(buffer.AsMemory(length)) is var read and > 0)
        {
            length += read;
        }

        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
