using System.Net.Sockets;
using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;
using GymBridge.Server.Hosting;
using GymBridge.Server.Security;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GymBridge.Server;

/// <summary>A server of its own for the environments of a registry: what <c>gymbridge serve</c> runs.</summary>
/// <remarks>HTTP/2 only; with <c>grpc.health.v1</c>, and server reflection where only this machine reaches it. Who may connect is
/// told in docs/security.md. Signals are left to the program around it.</remarks>
public sealed class GymBridgeServer : IAsyncDisposable
{
    // For replies on their way, after the last call has finished.
    private static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _application;
    private readonly TimeSpan _stopTimeout;
    private bool _isDisposed;

    private GymBridgeServer(WebApplication application, ServerAddress address, string? token, TimeSpan stopTimeout)
    {
        _application = application;
        _stopTimeout = stopTimeout;
        Address = address;
        Token = token;
        if (token is not null)
        {
            TokenFile = RuntimeTokens.Write(address.Port, token);
        }
    }

    /// <summary>Where it listens; with the port that the system chose where port 0 was asked for.</summary>
    public ServerAddress Address { get; }

    /// <summary>The random token of a loopback port, for a client that cannot find it by itself; null where there is none.</summary>
    public string? Token { get; }

    /// <summary>The file in which this user's clients find <see cref="Token"/>; null where there is none.</summary>
    public string? TokenFile { get; }

    /// <summary>The services of the server.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Starts a server that serves the environments of a registry.</summary>
    /// <param name="registry">What it serves.</param>
    /// <param name="address">Where it listens: port 0 takes a free port; a missing directory of a socket is made.</param>
    /// <param name="configure">Changes limits and the surroundings.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ServerConfigurationException">The options are unsafe at this address, or make no sense.</exception>
    /// <exception cref="GymBridgeException">The address is taken, or is no address of this machine.</exception>
    public static async Task<GymBridgeServer> StartAsync(
        EnvRegistry registry, ServerAddress address, Action<GymBridgeServerOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new GymBridgeServerOptions();
        configure?.Invoke(options);
        if (options.Limits.Problems() is { Count: > 0 } problems)
        {
            throw new ServerConfigurationException(string.Join(" ", problems));
        }

        using var logging = LoggerFactory.Create(builder => ConfigureLogging(builder, options));
        var policy = AccessPolicy.For(address, options.Limits, logging.CreateLogger<GymBridgeServer>());
        var application = Build(registry, address, options, policy);
        try
        {
            await ListenAsync(application, address, cancellationToken);
            return new GymBridgeServer(application, Bound(application, address, policy), policy.OwnToken, options.StopTimeout);
        }
        catch (Exception exception)
        {
            await application.DisposeAsync();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new ServerConfigurationException(exception.Message, exception); // the place of the token
            }

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
        if (Token is not null)
        {
            RuntimeTokens.Remove(Address.Port, Token);
        }

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

        if (Address.SocketPath is { } path)
        {
            UnixSocketFile.RemoveFolder(path);
        }
    }

    /// <summary>Ends when the server has stopped.</summary>
    public Task WaitForStopAsync(CancellationToken cancellationToken = default) => _application.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops the server if it runs, and frees it. Twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopAsync();
        await _application.DisposeAsync();
    }

    private static WebApplication Build(EnvRegistry registry, ServerAddress address, GymBridgeServerOptions options, AccessPolicy policy)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());

        // Two changes of a thread less a call. It would be unsafe if an environment's code ran where a connection's frames are read; with HTTP/2 that
        // of a request runs on the pool.
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true).ConfigureKestrel(kestrel =>
        {
            Listener.ConfigureLimits(kestrel, options.Limits);
            Listener.Listen(kestrel, address, policy, options.Limits);
        });
        if (policy.Tls is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        ConfigureLogging(builder.Logging, options);
        builder.Services.AddRouting();
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (options.TimeProvider is { } time)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddGymBridge(options.Limits, policy).AddEnvironments(registry);
        builder.Services.AddGymBridgeHealth();
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

    // What gRPC for .NET logs as an error is a client that broke its connection or sent no message of gRPC; exceptions of our
    // own never get there.
    private static void ConfigureLogging(ILoggingBuilder logging, GymBridgeServerOptions options)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        options.Logging?.Invoke(logging);
        logging.AddFilter("Grpc.AspNetCore.Server", LogLevel.Critical);

        // A start that fails is an exception of ours, without the host's own report of it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // For Kestrel it is critical that a client floods its connection, at each frame; it is the client that is cut off.
        logging.Services.PostConfigure<LoggerFilterOptions>(filters => filters.Rules.Add(
            new LoggerFilterRule(null, "Microsoft.AspNetCore.Server.Kestrel.Http2", filters.MinLevel, (_, _, level) => level < LogLevel.Critical)));
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

    private static ServerAddress Bound(WebApplication application, ServerAddress asked, AccessPolicy policy)
    {
        if (asked.IsUnix)
        {
            return asked;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return ServerAddress.Tcp(asked.Host!, asked.Port != 0 ? asked.Port : new Uri(addresses.First()).Port, policy.Tls is not null);
    }

    /// <summary>Does nothing: the program around the server decides what a signal means.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
