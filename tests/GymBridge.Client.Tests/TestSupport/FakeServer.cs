using System.Collections.Concurrent;
using Grpc.Core;
using GymBridge.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>A real gRPC server whose answers the test decides: a peer that is wrong on purpose.</summary>
internal sealed class FakeServer : EnvService.EnvServiceBase, IAsyncDisposable
{
    private WebApplication? _application;

    public string Address { get; private set; } = string.Empty;

    public Func<OpenRequest, Session> OnOpen { get; set; } = _ => throw new RpcException(new Status(StatusCode.Unimplemented, "no Open"));

    public Func<ListResponse> OnList { get; set; } = () => new ListResponse { Generation = 1 };

    public ConcurrentQueue<CloseRequest> Closed { get; } = new();

    public Func<Call, Reply> OnCall { get; set; } = call => new Reply { Seq = call.Seq };

    public async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _application = builder.Build();
        _application.MapGrpcService<FakeServer>();
        await _application.StartAsync();
        var url = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(url).Authority;
        return this;
    }

    public override Task<Session> Open(OpenRequest request, ServerCallContext context) => Task.FromResult(OnOpen(request));

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context) => Task.FromResult(OnList());

    public override Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        Closed.Enqueue(request);
        return Task.FromResult(new CloseResponse());
    }

    public override async Task Drive(IAsyncStreamReader<Call> requestStream, IServerStreamWriter<Reply> responseStream, ServerCallContext context)
    {
        await foreach (var call in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(OnCall(call));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }
    }
}
