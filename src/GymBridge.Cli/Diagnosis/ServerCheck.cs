using System.Globalization;
using System.Net.Sockets;
using GymBridge.Client;
using GymBridge.Client.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;

namespace GymBridge.Cli.Diagnosis;

/// <summary>Why a server can, or cannot, be used: the connection first, then what is spoken on it.</summary>
internal static class ServerCheck
{
    private const int Calls = 21;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static IEnumerable<Finding> Run(ServerAddress address, ClientOptions credentials, CancellationToken cancellation)
    {
        var reach = Reach(address, cancellation);
        yield return reach;
        if (reach.Mark == Mark.Ok)
        {
            foreach (var finding in Speak(address, credentials))
            {
                yield return finding;
            }
        }
    }

    private static Finding Reach(ServerAddress address, CancellationToken cancellation)
    {
        var name = $"connect to {address}";
        try
        {
            using var socket = address.IsUnix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Limit);
            var connecting = address.SocketPath is { } path
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token)
                : socket.ConnectAsync(address.Host!, address.Port, limit.Token);
            connecting.AsTask().GetAwaiter().GetResult();
            return new Finding(name, Mark.Ok, "something listens there");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Finding(name, Mark.Broken, $"no answer within {Limit.TotalSeconds:0} s: a firewall, or another machine that is off.");
        }
        catch (SocketException exception)
        {
            return new Finding(name, Mark.Broken, WhyNot(address, exception));
        }
    }

    private static string WhyNot(ServerAddress address, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => $"the host '{address.Host}' is not known.",
        SocketError.AccessDenied => "the socket belongs to another user, who alone may use it.",
        SocketError.ConnectionRefused when address.IsUnix => "the server that made this socket has exited; start it again.",
        SocketError.ConnectionRefused when address.IsLocal && File.Exists(RuntimeTokens.PathOf(address.Port)) =>
            $"nothing listens there: the server that left '{RuntimeTokens.PathOf(address.Port)}' has exited without a stop. Start it again.",
        _ when address.SocketPath is { } path && !File.Exists(path) => "there is no such socket. Is the server running? 'gymbridge serve' starts one.",
        _ => $"nothing listens there ({exception.Message}). Is the server running? 'gymbridge serve' starts one.",
    };

    private static IEnumerable<Finding> Speak(ServerAddress address, ClientOptions credentials)
    {
        var options = credentials with { CallTimeout = Limit, ConnectTimeout = Limit };
        try
        {
            var server = new RemoteServer(address.ToString(), options);
            var listing = server.List();
            var versions = string.Join(", ", listing.Versions.Select(item => $"{item.Key} {item.Value}"));
            return
            [
                new Finding("protocol", Mark.Ok, $"generation {ProtocolConstants.Generation}{(address.IsTls ? " over TLS" : string.Empty)}; {versions}"),
                new Finding("environments", Mark.Ok, $"{listing.Environments.Length}"),
                new Finding("connect and list", Mark.Ok, string.Create(CultureInfo.InvariantCulture, $"{MedianMs(server):0.0} ms (median of {Calls})")),
            ];
        }
        catch (GenerationMismatchException exception)
        {
            return [new Finding("protocol", Mark.Broken, exception.Message)];
        }
        catch (ServerRefusedException exception)
        {
            return [new Finding("credentials", Mark.Broken, exception.Message)];
        }
        catch (Exception exception) when (exception is GymBridgeException or TimeoutException or NotSupportedException)
        {
            return [new Finding("protocol", Mark.Broken, exception.Message)];
        }
    }

    private static double MedianMs(RemoteServer server)
    {
        var times = new double[Calls];
        for (var i = 0; i < Calls; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            server.List();
            times[i] = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Calls / 2];
    }
}
