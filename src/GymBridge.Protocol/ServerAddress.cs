using System.Globalization;
using System.Text;

namespace GymBridge.Protocol;

/// <summary>Where a server listens: <c>host:port</c>, <c>[::1]:port</c>, the same with TLS <c>https://host:port</c>, or
/// <c>unix:/path</c>.</summary>
public sealed record ServerAddress
{
    // sun_path holds 108 bytes on Linux, the closing zero included.
    private const int MaxSocketPathBytes = 107;

    private const string UnixPrefix = "unix:";
    private const string TlsPrefix = "https://";

    private ServerAddress(string? host, int port, string? socketPath, bool isTls)
    {
        Host = host;
        Port = port;
        SocketPath = socketPath;
        IsTls = isTls;
    }

    /// <summary>Host name or IP address without brackets; null for a Unix socket.</summary>
    public string? Host { get; }

    /// <summary>TCP port, 0 to 65535; 0 asks the system for a free one. 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Path of a Unix domain socket; null for TCP.</summary>
    public string? SocketPath { get; }

    /// <summary>Whether this is a Unix domain socket.</summary>
    public bool IsUnix => SocketPath is not null;

    /// <summary>Whether TLS is spoken there.</summary>
    public bool IsTls { get; }

    /// <summary>Whether only this machine reaches it: a Unix socket, <c>localhost</c>, or a loopback address.</summary>
    public bool IsLocal => IsUnix || string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>The address of a TCP port.</summary>
    /// <param name="host">Host name or IP address; an IPv6 address may have brackets.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="isTls">Whether TLS is spoken there.</param>
    /// <exception cref="FormatException">The host is no name or address, or the port is out of range.</exception>
    public static ServerAddress Tcp(string host, int port, bool isTls = false)
    {
        var name = host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
        if (!IsHost(name))
        {
            throw new FormatException($"'{host}' is not a host name or IP address; {Forms}");
        }

        return port is >= 0 and <= 65535
            ? new ServerAddress(name, port, null, isTls)
            : throw new FormatException($"Port {port} does not exist; a port is 0 to 65535.");
    }

    /// <summary>The address of a Unix domain socket.</summary>
    /// <exception cref="FormatException">The path is empty, not absolute, or too long for a socket.</exception>
    public static ServerAddress Unix(string path)
    {
        if (path.Length == 0 || !Path.IsPathRooted(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException($"'{path}' is not an absolute path of a Unix socket; {Forms}");
        }

        var bytes = Encoding.UTF8.GetByteCount(path);
        return bytes <= MaxSocketPathBytes
            ? new ServerAddress(null, 0, path, false)
            : throw new FormatException(
                $"The path of a Unix socket may have {MaxSocketPathBytes} bytes, '{path}' has {bytes}; choose a shorter directory.");
    }

    /// <summary>Reads an address from its text form.</summary>
    /// <exception cref="FormatException">The text is no address; the message shows the forms.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = text[UnixPrefix.Length..];
            return Unix(path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path);
        }

        var isTls = text.StartsWith(TlsPrefix, StringComparison.OrdinalIgnoreCase);
        var rest = isTls ? text[TlsPrefix.Length..].TrimEnd('/') : text;

        var colon = rest.LastIndexOf(':');
        var host = colon > 0 ? rest[..colon] : string.Empty;
        if (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')
        {
            throw new FormatException($"Address '{text}' has more than one colon; write an IPv6 address in brackets, as in '[::1]:50051'.");
        }

        if (host.Length == 0 || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException($"'{text}' is not an address; {Forms}");
        }

        return Tcp(host, port, isTls);
    }

    /// <summary>The address as text, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => IsUnix ? UnixPrefix + SocketPath : (IsTls ? TlsPrefix : string.Empty) + Authority;

    /// <summary>Host and port as they stand in a URL: <c>localhost:50051</c>, <c>[::1]:50051</c>.</summary>
    public string Authority => IsUnix ? "localhost" : Host!.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    // A name may hold letters of any script; what would end it inside a URL or a command is refused.
    private static bool IsHost(string name) => name.Length is > 0 and <= 253
        && (name.Contains(':', StringComparison.Ordinal)
            ? System.Net.IPAddress.TryParse(name, out _)
            : name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.'));

    private const string Forms =
        "use 'host:port' such as '127.0.0.1:50051' or '[::1]:50051', 'https://host:port' for TLS, or 'unix:/path/to/socket'.";
}
