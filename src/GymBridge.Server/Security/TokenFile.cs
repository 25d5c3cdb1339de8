using System.Buffers;
using GymBridge.Protocol.Credentials;

namespace GymBridge.Server.Security;

/// <summary>Tokens that stand in a file, one a line, as <c>TOKEN</c> or <c>NAME TOKEN</c>; read again when it changes.</summary>
internal sealed class TokenFile : Tokens
{
    private const int MaxBytes = 1024 * 1024;
    private const long LookEveryMs = 1000;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private readonly string _path;
    private readonly ILogger _logger;
    private volatile List<Entry> _entries;
    private DateTime _written;
    private long _looked;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ServerConfigurationException">It cannot be read, is open to others, is empty, or has a short token.</exception>
    public TokenFile(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _entries = Load(path, out _written);
        _looked = Environment.TickCount64;
    }

    public override Principal? Find(ReadOnlySpan<char> token)
    {
        var now = Environment.TickCount64;
        var looked = Interlocked.Read(ref _looked);
        if (now - looked >= LookEveryMs && Interlocked.CompareExchange(ref _looked, now, looked) == looked)
        {
            Refresh();
        }

        return Find(token, _entries);
    }

    private static List<Entry> Load(string path, out DateTime written)
    {
        try
        {
            var target = TargetOf(path);
            if (OperatingSystem.IsLinux() && PosixFile.Look(target) is { IsOpenToOthers: true })
            {
                throw new ServerConfigurationException($"The token file '{path}' can be read by others; close it with: chmod 600 '{path}'.");
            }

            written = File.GetLastWriteTimeUtc(target);
            if (new FileInfo(target).Length > MaxBytes)
            {
                throw new ServerConfigurationException($"The token file '{path}' is larger than 1 MiB; it holds one token a line.");
            }

            return Parse(path, File.ReadAllLines(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerConfigurationException($"The token file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static string TargetOf(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        return file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
    }

    private static List<Entry> Parse(string path, string[] lines)
    {
        var entries = new List<Entry>();
        foreach (var (number, line) in lines.Index())
        {
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || parts[0][0] == '#')
            {
                continue;
            }

            var token = parts[^1];
            if (parts.Length > 2 || token.Length < LeastLength || token.AsSpan().ContainsAnyExcept(TokenCharacters))
            {
                throw new ServerConfigurationException(
                    $"Line {number + 1} of the token file '{path}' is no token of at least {LeastLength} letters, digits and - . _ ~ + / =, with a name before it or none. Make one with: openssl rand -base64 32");
            }

            entries.Add(new Entry(token, new Principal(parts.Length == 2 ? $"{Principal.Anyone}:{parts[0]}" : Principal.Anyone)));
        }

        return entries.Count > 0
            ? entries
            : throw new ServerConfigurationException($"The token file '{path}' holds no token. Make one with: openssl rand -base64 32");
    }

    private void Refresh()
    {
        if (File.GetLastWriteTimeUtc(TargetOf(_path)) == _written)
        {
            return;
        }

        try
        {
            _entries = Load(_path, out _written);
            _logger.TokensReloaded(_path, _entries.Count);
        }
        catch (ServerConfigurationException exception)
        {
            // Half-written, or a mistake: those that were valid stay so, and the next look tries again.
            _logger.TokensNotReloaded(exception.Message);
        }
    }
}
