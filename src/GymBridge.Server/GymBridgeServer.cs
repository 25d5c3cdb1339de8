using System.Net;
using System.Net.Sockets;
using GymBridge.Protocol;
using GymBridge.Server.Hosting;
using GymBridge.Server.Service;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GymBridge.Server;

/// <summary>A server of its own for the environments of a registry: what <c>gymbridge serve</c> runs.</summary>
/// <remarks>HTTP/2 only, without TLS, on loopback or a Unix socket; with <c>grpc.health.v1</c> and server reflection. Signals
/// are left to the program around it.</remarks>
public sealed class GymBridgeServer : IAsyncDisposable
{
    // For replies on their way, after the last call has finished.
    private static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(500);

    private const int MaxConnections = 256;

    private readonly WebApplication _application;
    private readonly TimeSpan _stopTimeout;

    private GymBridgeServer(WebApplication application, ServerAddress address, TimeSpan stopTimeout)
    {
        _application = application;
        _stopTimeout = stopTimeout;
        Address = address;
    }

    /// <summary>Where it listens; with the port that the system chose where port 0 was asked for.</summary>
    public ServerAddress Address { get; }

    /// <summary>The services of the server.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Starts a server.</summary>
    /// <param name="registry">What it serves.</param>
    /// <param name="address">Where it listens: port 0 takes a free port; a missing directory of a socket is made.</param>
    /// <param name="configure">Changes limits and the surroundings.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="GymBridgeException">The address is taken, is no address of this machine, or may not be used.</exception>
    /// <exception cref="ArgumentException">A limit makes no sense.</exception>
    public static async Task<GymBridgeServer> StartAsync(
        EnvRegistry registry, ServerAddress address, Action<GymBridgeServerOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new GymBridgeServerOptions();
        configure?.Invoke(options);
        if (!address.IsLocal && !options.AllowInsecureRemote)
        {
            throw new GymBridgeException(
                $"{address} can be reached from other machines, and the server has neither TLS nor a token; use 127.0.0.1 or a Unix socket, or allow it explicitly.");
        }

        var application = Build(registry, address, options);
        try
        {
            await ListenAsync(application, address, cancellationToken);
            return new GymBridgeServer(application, Bound(application, address), options.StopTimeout);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: takes no more calls, lets those that run finish, closes all sessions and their environments.</summary>
    /// <param name="cancellationToken">Gives up waiting for calls that run.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var sessions = Services.GetRequiredService<SessionTable>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_stopTimeout);
        await sessions.DrainAsync(patience.Token);

        // Kestrel would wait five seconds for each stream that its client has not ended.
        using var linger = new CancellationTokenSource(LingerTime);
        try
        {
            await _application.StopAsync(linger.Token);
        }
        catch (OperationCanceledException) when (linger.IsCancellationRequested)
        {
            sessions.CloseAll();
        }
    }

    /// <summary>Ends when the server has stopped.</summary>
    public Task WaitForStopAsync(CancellationToken cancellationToken = default) => _application.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops the server if it runs, and frees it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _application.DisposeAsync();
    }

    private static WebApplication Build(EnvRegistry registry, ServerAddress address, GymBridgeServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => ConfigureKestrel(kestrel, address));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        options.Logging?.Invoke(builder.Logging);
        builder.Services.AddRouting();
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (options.TimeProvider is { } time)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddGymBridge(options.Limits).AddEnvironments(registry);
        builder.Services.AddGrpcHealthChecks().AddCheck("host", () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy());
        builder.Services.AddGrpcReflection();

        var application = builder.Build();
        application.MapGymBridge();
        application.MapGrpcHealthChecksService();
        if (address.IsLocal)
        {
            application.MapGrpcReflectionService();
        }

        return application;
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel, ServerAddress address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = Timeout.InfiniteTimeSpan; // pings find the dead, leases and the limit below the idle
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        // A slab of a thousand lanes of images is megabytes: larger windows save round trips.
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        if (address.IsUnix)
        {
            kestrel.ListenUnixSocket(address.SocketPath!, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(new ConnectionLimit(MaxConnections).Wrap);
                if (OperatingSystem.IsLinux())
                {
                    var logger = listen.ApplicationServices.GetRequiredService<ILogger<GymBridgeServer>>();
                    listen.Use(next => PeerCheck.Wrap(next, logger));
                }
            });
        }
        else
        {
            kestrel.Listen(AddressOf(address), address.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(new ConnectionLimit(MaxConnections).Wrap);
            });
        }
    }

    private static IPAddress AddressOf(ServerAddress address)
    {
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(address.Host, out var ip)
            ? ip
            : throw new GymBridgeException($"'{address.Host}' is not an IP address of this machine; a server listens on an IP address or 'localhost'.");
    }

    private static async Task ListenAsync(WebApplication application, ServerAddress address, CancellationToken cancellationToken)
    {
        try
        {
            if (address.SocketPath is { } path)
            {
                UnixSocketFile.Prepare(path);
                await UnixSocketFile.UnderMaskAsync(() => application.StartAsync(cancellationToken));
                UnixSocketFile.Protect(path);
            }
            else
            {
                await application.StartAsync(cancellationToken);
            }
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new GymBridgeException(
                $"{address} is taken by another program; choose another {(address.IsUnix ? "path" : "port, or port 0 for a free one")}.", exception);
        }
        catch (Exception exception) when (exception is SocketException or UnauthorizedAccessException or IOException)
        {
            throw new GymBridgeException($"The server cannot listen on {address}: {exception.Message}", exception);
        }
    }

    private static ServerAddress Bound(WebApplication application, ServerAddress asked)
    {
        if (asked.IsUnix || asked.Port != 0)
        {
            return asked;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return ServerAddress.Tcp(asked.Host!, new Uri(addresses.First()).Port);
    }

    /// <summary>Does nothing: the program around the server decides what a signal means.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
