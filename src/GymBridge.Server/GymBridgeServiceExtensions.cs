using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Net.Compression;
using GymBridge.Protocol.V1;
using GymBridge.Server.Catalog;
using GymBridge.Server.Diagnostics;
using GymBridge.Server.Hosting;
using GymBridge.Server.Security;
using GymBridge.Server.Service;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GymBridge.Server;

/// <summary>Adds GymBridge to an ASP.NET Core application.</summary>
public static class GymBridgeServiceExtensions
{
    /// <summary>Adds the services; say with the returned builder which environments are served, and map them with
    /// <see cref="MapGymBridge"/>. Called again it adds environments and options to those of the first call.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Changes limits and security, after the configuration section <c>GymBridge</c>.</param>
    /// <remarks>Options that make no sense end the application's start with an <see cref="OptionsValidationException"/> that
    /// names all of them.</remarks>
    public static GymBridgeBuilder AddGymBridge(this IServiceCollection services, Action<GymBridgeOptions>? configure = null)
    {
        var registrations = services.FirstOrDefault(service => service.ServiceType == typeof(Registrations))?.ImplementationInstance as Registrations;
        if (registrations is null)
        {
            registrations = services.AddCore();
            services.AddSingleton<OptionsSetup>();
            services.AddSingleton<IConfigureOptions<GymBridgeOptions>>(provider => provider.GetRequiredService<OptionsSetup>());
            services.AddSingleton<IValidateOptions<GymBridgeOptions>>(provider => provider.GetRequiredService<OptionsSetup>());
            services.AddOptions<GymBridgeOptions>().ValidateOnStart();
            services.AddSingleton(provider => PolicyOf(provider));
            services.AddSingleton(provider => new RequestGate(
                provider.GetRequiredService<AccessPolicy>(), isWholeServer: false, provider.GetRequiredService<ILogger<RequestGate>>()));
            services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ListenOnAddress>();
            services.AddHostedService<TokenOnDisk>();
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new GymBridgeBuilder(services, registrations);
    }

    /// <summary>Maps the environment service to the application's endpoints, which must speak HTTP/2.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGymBridge(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<EnvServiceHandler>().AddConventions().WithMetadata(new NoBodyLimit());

    /// <summary>Adds <c>grpc.health.v1</c> for the whole application and for <c>gymbridge.v1.EnvService</c>: serving until the host stops.</summary>
    /// <remarks>Map it with <c>MapGrpcHealthChecksService</c>.</remarks>
    public static IServiceCollection AddGymBridgeHealth(this IServiceCollection services)
    {
        services.AddGrpcHealthChecks(health => health.Services.Map(EnvService.Descriptor.FullName, check => check.Name == SessionTable.HealthCheck))
            .AddCheck<SessionTable>(SessionTable.HealthCheck);
        return services;
    }

    /// <summary>What a server of its own adds: options and policy are decided already.</summary>
    internal static GymBridgeBuilder AddGymBridge(this IServiceCollection services, GymBridgeOptions options, AccessPolicy policy)
    {
        var registrations = services.AddCore();
        services.AddSingleton(Options.Create(options));
        services.AddSingleton(policy);
        services.AddSingleton(provider => new RequestGate(policy, isWholeServer: true, provider.GetRequiredService<ILogger<RequestGate>>()));
        return new GymBridgeBuilder(services, registrations);
    }

    private static Registrations AddCore(this IServiceCollection services)
    {
        var registrations = new Registrations();
        services.AddSingleton(registrations);
        services.AddGrpc();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<GymBridgeOptions>>().Value);
        services.AddMetrics();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton(registrations.Build);
        services.AddSingleton<SessionTable>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionTable>());
        services.AddSingleton<SessionOpener>();
        services.AddSingleton<SharedOffers>();
        services.AddSingleton<ControlCalls>();
        services.AddSingleton<EnvServiceHandler>();
        services.AddSingleton<QuickExchange>();
        // The patience with silent sockets is real time, whatever clock leases have.
        services.AddSingleton(provider => new ConnectionGate(
            provider.GetRequiredService<GymBridgeOptions>(), TimeProvider.System, provider.GetRequiredService<ILogger<ConnectionGate>>()));
        services.AddTransient<IStartupFilter, GateFilter>();
        services.AddOptions<GrpcServiceOptions<EnvServiceHandler>>().PostConfigure<GymBridgeOptions>(ConfigureGrpc);
        return registrations;
    }

    private static void ConfigureGrpc(GrpcServiceOptions<EnvServiceHandler> grpc, GymBridgeOptions options)
    {
        grpc.MaxReceiveMessageSize = options.MaxMessageBytes;
        grpc.MaxSendMessageSize = null; // the session refuses a reply that is too large, and says by how much
        grpc.CompressionProviders =
        [
            new BoundedCompression(new GzipCompressionProvider(CompressionLevel.Fastest), options.MaxMessageBytes),
            new BoundedCompression(new DeflateCompressionProvider(CompressionLevel.Fastest), options.MaxMessageBytes),
        ];
    }

    private static AccessPolicy PolicyOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<GymBridgeOptions>();
        return ListenOnAddress.AddressOf(options) is { } address
            ? AccessPolicy.For(address, options, provider.GetRequiredService<ILogger<GymBridgeServer>>()).ForApplication()
            : options.TokenFile is null
                ? AccessPolicy.Open
                : AccessPolicy.ForApplication(options.TokenFile, provider.GetRequiredService<ILogger<GymBridgeServer>>());
    }

    // The limit of a message is the service's; Kestrel's own would end a body of 30 MB.
    private sealed class NoBodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
