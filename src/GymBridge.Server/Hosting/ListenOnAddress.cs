using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;
using GymBridge.Server.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GymBridge.Server.Hosting;

/// <summary>Lets an application listen on the address of its <see cref="GymBridgeOptions"/>, beside URLs of its own.</summary>
internal sealed class ListenOnAddress(IOptions<GymBridgeOptions> options, AccessPolicy policy) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        if (AddressOf(options.Value) is { } address)
        {
            if (address.SocketPath is { } path)
            {
                UnixSocketFile.Prepare(path);
            }

            Listener.Listen(kestrel, address, policy, options.Value);
        }
    }

    /// <summary>Where to listen; null for nowhere beside the application's own URLs.</summary>
    /// <exception cref="ServerConfigurationException">The text is no address.</exception>
    public static ServerAddress? AddressOf(GymBridgeOptions options)
    {
        try
        {
            return options switch
            {
                { Address: { } text } => ServerAddress.Parse(text),
                { Port: { } port } => ServerAddress.Tcp("127.0.0.1", port),
                _ => null,
            };
        }
        catch (FormatException exception)
        {
            throw new ServerConfigurationException($"{GymBridgeOptions.Section}:{nameof(options.Address)}: {exception.Message}", exception);
        }
    }
}

/// <summary>Leaves the token of a loopback port where the user's clients find it, while the server listens.</summary>
internal sealed class TokenOnDisk(IServer server, IOptions<GymBridgeOptions> options, AccessPolicy policy, IHostApplicationLifetime lifetime) : IHostedService
{
    private int _port;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Leave);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_port != 0)
        {
            RuntimeTokens.Remove(_port, policy.OwnToken!);
        }

        return Task.CompletedTask;
    }

    private void Leave()
    {
        if (ListenOnAddress.AddressOf(options.Value) is not { } address)
        {
            return;
        }

        if (address.SocketPath is { } path)
        {
            UnixSocketFile.Protect(path);
        }
        else if (policy.OwnToken is { } token)
        {
            _port = address.Port != 0 ? address.Port : PortIn(server, address);
            RuntimeTokens.Write(_port, token);
        }
    }

    private static int PortIn(IServer server, ServerAddress address) => server.Features.Get<IServerAddressesFeature>()!.Addresses
        .Select(url => new Uri(url)).First(url => url.Host == address.Host).Port;
}
