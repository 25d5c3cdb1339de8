using System.Net.Sockets;
using System.Runtime.InteropServices;
using GymBridge.Protocol.Credentials;

namespace GymBridge.Server.Hosting;

/// <summary>The file of a Unix domain socket: only its owner may connect, and nothing that is not ours is ever removed.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Octal 077: nothing for others.
    private const uint OwnerOnlyMask = 0x3F;

    // What launchers call the folder of one socket.
    private const string FolderOfOneSocket = "gymbridge-s-";

    private static readonly SemaphoreSlim MaskGate = new(1);

    /// <summary>Makes the directory (0700 where it is missing) and removes what a dead server left behind.</summary>
    /// <exception cref="GymBridgeException">Something else is at the path, or a server that lives.</exception>
    public static void Prepare(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly);
            }
        }

        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            RemoveStale(path);
        }
    }

    /// <summary>Runs an action under a umask that gives others nothing, so that a new socket is never open to them.</summary>
    public static async Task UnderMaskAsync(Func<Task> action)
    {
        if (OperatingSystem.IsWindows())
        {
            await action();
            return;
        }

        // The mask is the process's: files that other threads create meanwhile are their owner's alone. Two starts at a
        // time would restore each other's mask.
        await MaskGate.WaitAsync();
        var old = LibC.UMask(OwnerOnlyMask);
        try
        {
            await action();
        }
        finally
        {
            _ = LibC.UMask(old);
            MaskGate.Release();
        }
    }

    /// <summary>Makes the socket 0600, whatever the umask was.</summary>
    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Removes the folder that was made for one socket, whose maker may have died; no other folder.</summary>
    public static void RemoveFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Path.GetFileName(folder).StartsWith(FolderOfOneSocket, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its maker was faster, or keeps something else there.
        }
    }

    private static void RemoveStale(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            var status = PosixFile.Look(path);
            if (status is not { IsSocket: true })
            {
                throw new GymBridgeException($"'{path}' exists and is not a socket; choose another path, or remove it.");
            }

            var (owner, user) = (status.Value.Owner, PosixFile.GetEffectiveUserId());
            if (owner != user)
            {
                throw new GymBridgeException($"The socket '{path}' belongs to user {owner}, not to us ({user}); choose another path.");
            }
        }

        if (IsAlive(path))
        {
            throw new GymBridgeException($"Another server listens on 'unix:{path}'; stop it, or choose another path.");
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new GymBridgeException($"'{path}' exists; remove it if it is the socket of a server that has died.");
        }

        File.Delete(path);
    }

    private static bool IsAlive(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}

/// <summary>What .NET does not offer of the C library.</summary>
internal static partial class LibC
{
    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint UMask(uint mask);
}
