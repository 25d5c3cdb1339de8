using System.Net;

namespace GymBridge.Client;

/// <summary>Where a server listens: <c>host:port</c>, <c>[::1]:port</c> or <c>unix:/path/to/socket</c>.</summary>
public sealed record ServerAddress
{
    private const string UnixPrefix = "unix:";

    private ServerAddress(string? socketPath, string host, int port)
    {
        SocketPath = socketPath;
        Host = host;
        Port = port;
    }

    /// <summary>Path of the Unix domain socket; null for TCP.</summary>
    public string? SocketPath { get; }

    /// <summary>Host name or IP address, without brackets; "localhost" for a Unix domain socket.</summary>
    public string Host { get; }

    /// <summary>TCP port; 0 for a Unix domain socket.</summary>
    public int Port { get; }

    internal Uri Uri => new($"http://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}{(SocketPath is null ? $":{Port}" : string.Empty)}");

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is no address; the message shows the forms.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            // gRPC writes absolute paths with and without slashes for the authority: unix:/run/x and unix:///run/x.
            var path = text[UnixPrefix.Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            return path.Length > 0 ? new ServerAddress(path, "localhost", 0) : throw Malformed(text);
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), out var port) || port is <= 0 or > IPEndPoint.MaxPort)
        {
            throw Malformed(text);
        }

        var host = text[..colon];
        if (host is ['[', .. var inner, ']'])
        {
            host = inner;
        }

        return Uri.CheckHostName(host) != UriHostNameType.Unknown ? new ServerAddress(null, host, port) : throw Malformed(text);
    }

    /// <summary>The address as text, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => SocketPath is null
        ? $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"
        : UnixPrefix + SocketPath;

    private static FormatException Malformed(string text) => new(
        $"'{text}' is not an address; write 'host:port', such as 'localhost:50051', or 'unix:/path/to/socket'.");
}
