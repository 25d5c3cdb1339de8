using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Net.Compression;
using GymBridge.Server.Hosting;
using GymBridge.Server.Service;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GymBridge.Server;

/// <summary>Adds GymBridge to an ASP.NET Core application.</summary>
public static class GymBridgeServiceExtensions
{
    /// <summary>Adds the services; say with the returned builder which environments are served, and map them with
    /// <see cref="MapGymBridge"/>.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Changes limits.</param>
    /// <exception cref="ArgumentException">A limit makes no sense; the message names all that do not.</exception>
    public static GymBridgeBuilder AddGymBridge(this IServiceCollection services, Action<GymBridgeOptions>? configure = null)
    {
        var options = new GymBridgeOptions();
        configure?.Invoke(options);
        return services.AddGymBridge(options);
    }

    internal static GymBridgeBuilder AddGymBridge(this IServiceCollection services, GymBridgeOptions options)
    {
        options.Validate();
        var registrations = new Registrations();
        services.AddGrpc();
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => registrations.Build(provider));
        services.AddSingleton<SessionTable>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionTable>());
        services.AddSingleton<SessionOpener>();
        services.AddSingleton<EnvServiceHandler>();
        services.PostConfigure<GrpcServiceOptions<EnvServiceHandler>>(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxMessageBytes;
            grpc.MaxSendMessageSize = null; // the session refuses a reply that is too large, and says by how much
            grpc.CompressionProviders =
            [
                new BoundedCompression(new GzipCompressionProvider(CompressionLevel.Fastest), options.MaxMessageBytes),
                new BoundedCompression(new DeflateCompressionProvider(CompressionLevel.Fastest), options.MaxMessageBytes),
            ];
        });
        return new GymBridgeBuilder(services, registrations);
    }

    /// <summary>Maps the environment service to the application's endpoints, which must speak HTTP/2.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGymBridge(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<EnvServiceHandler>().CheckRequests().WithMetadata(new NoBodyLimit());

    // The limit of a message is the service's; Kestrel's own would end a body of 30 MB.
    private sealed class NoBodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
