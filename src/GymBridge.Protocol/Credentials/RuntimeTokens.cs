using System.Globalization;

namespace GymBridge.Protocol.Credentials;

/// <summary>Where a server on a loopback port leaves its token, so that clients of the same user find it, and nobody else.</summary>
/// <remarks>The Python package reads and writes the same files; docs/protocol.md, section 9, has the rules.</remarks>
internal static class RuntimeTokens
{
    private const string FolderVariable = "GYMBRIDGE_RUNTIME_DIR";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxTokenBytes = 4096;

    /// <summary>The directory of this user's tokens and sockets; it need not exist.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } asked)
            {
                return asked;
            }

            if (OperatingSystem.IsWindows())
            {
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "GymBridge", "run");
            }

            return Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime)
                ? Path.Combine(runtime, "gymbridge")
                : Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"gymbridge-{PosixFile.GetEffectiveUserId()}"));
        }
    }

    /// <summary>The file of a port.</summary>
    public static string PathOf(int port) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"tcp-{port}.token"));

    /// <summary>The token that a server of this user has left for a port; null if there is none that can be trusted.</summary>
    public static string? Read(int port)
    {
        var path = PathOf(port);
        try
        {
            if (!IsPrivate(Folder) || !IsPrivateFile(path))
            {
                return null;
            }

            using var reader = new StreamReader(path);
            return reader.ReadLine() is { Length: > 0 } token ? token : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Leaves a token for a port; what an earlier server left there is replaced.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="IOException">The directory is not ours alone, or cannot be written; no token is left.</exception>
    public static string Write(int port, string token)
    {
        try
        {
            PrepareFolder();
            return WriteFile(port, token);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || (exception is IOException && !Path.Exists(Folder)))
        {
            throw new IOException(
                $"The token for port {port} cannot be left in '{Folder}': {exception.Message.Replace(" : '", ": '", StringComparison.Ordinal).TrimEnd('.')}. Name a folder that can be written in {FolderVariable}, or use a Unix socket, which needs no token: --address unix:/path.", exception);
        }
    }

    private static string WriteFile(int port, string token)
    {
        var path = PathOf(port);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(token + "\n");
        }

        File.Move(temporary, path, overwrite: true);
        return path;
    }

    /// <summary>Removes the token of a port, if it is still this one.</summary>
    public static void Remove(int port, string token)
    {
        if (Read(port) == token)
        {
            File.Delete(PathOf(port));
        }
    }

    private static void PrepareFolder()
    {
        var folder = Folder;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Path.Exists(folder))
        {
            // Whoever may write everywhere would make what TMPDIR names by mistake, and leave it behind.
            if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } parent && !Directory.Exists(parent))
            {
                throw new DirectoryNotFoundException($"there is no folder '{parent}'");
            }

            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }

        if (!IsPrivate(folder))
        {
            throw new IOException(
                $"'{folder}' must be a directory of this user that is closed to others (mode 0700), for the token is left there; mend or remove it, or name another in {FolderVariable}.");
        }
    }

    // A regular file of this user's own that nobody else reads, and of a size that a token has.
    private static bool IsPrivateFile(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length <= MaxTokenBytes
            && (OperatingSystem.IsWindows() || (file.UnixFileMode & ~OwnerOnly) == UnixFileMode.None)
            && (!OperatingSystem.IsLinux() || PosixFile.Look(path)?.Owner == PosixFile.GetEffectiveUserId());
    }

    private static bool IsPrivate(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            return PosixFile.Look(folder) is { IsDirectory: true, IsOpenToOthers: false } status && status.Owner == PosixFile.GetEffectiveUserId();
        }

        var info = new DirectoryInfo(folder);
        return info.Exists && info.LinkTarget is null
            && (OperatingSystem.IsWindows() || (info.UnixFileMode & ~(OwnerOnly | UnixFileMode.UserExecute)) == UnixFileMode.None);
    }
}
