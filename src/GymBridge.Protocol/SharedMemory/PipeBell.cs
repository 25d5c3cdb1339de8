using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using GymBridge.Protocol.Credentials;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Sleeping on a pipe without a name, and waking by a byte in it, where there is no futex(2).</summary>
/// <remarks>The byte stays until it is read, so no wake-up is lost; one that nobody needed any more ends the next sleep early. Both sides have the pipe
/// open for both, so that a write never meets an end without a reader (SIGPIPE); that the other side has died its process tells, in the same sleep.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class PipeBell : IBell, IDisposable
{
    private const int ReadWriteCloseOnExecNonBlocking = 0x2 | 0x80000 | 0x800;
    private const int CloseOnExecNonBlocking = 0x80000 | 0x800;
    private const int Chunk = 256;
    private const int MostChunks = 256; // what a pipe holds; a peer that writes on and on does not keep this side here

    private readonly SafeFileHandle _pipe;
    private readonly PeerProcess _peer;

    private PipeBell(SafeFileHandle pipe, PeerProcess peer) => (_pipe, _peer) = (pipe, peer);

    /// <summary>Its number in /proc/PID/fd.</summary>
    public int Descriptor => (int)_pipe.DangerousGetHandle();

    /// <summary>A pipe.</summary>
    /// <exception cref="SharedMemoryException">The system gives none.</exception>
    public static PipeBell Make(PeerProcess peer)
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExecNonBlocking) != 0)
        {
            throw Failed("the system gives no pipe", "pipe2");
        }

        using var read = new SafeFileHandle(ends[0], ownsHandle: true);
        using var write = new SafeFileHandle(ends[1], ownsHandle: true);
        return new PipeBell(OpenBoth($"/proc/self/fd/{ends[0]}"), peer);
    }

    /// <summary>A pipe that another process of this user has made, after everything about it was checked.</summary>
    /// <exception cref="SharedMemoryException">It is not there, or is none.</exception>
    public static PipeBell Open(uint processId, uint descriptor, PeerProcess peer)
    {
        var path = $"/proc/{processId}/fd/{descriptor}";
        SharedFile.CheckLink(path, "pipe:[");
        var pipe = OpenBoth(path);
        if (PosixFile.Look(pipe) is { IsPipe: true } status && status.Owner == PosixFile.GetEffectiveUserId())
        {
            return new PipeBell(pipe, peer);
        }

        pipe.Dispose();
        throw new SharedMemoryException("the bell that the host offers is no pipe of its own");
    }

    /// <inheritdoc/>
    public void Wait(ref uint word, uint value, TimeSpan atMost)
    {
        var entries = stackalloc Polling.Entry[2] { Polling.Input(_pipe), Polling.Input(_peer.Handle) };
        if (Polling.Wait(entries, 2, atMost) && entries[0].Returned != 0)
        {
            Empty();
        }
    }

    /// <inheritdoc/>
    public void Wake(ref uint word)
    {
        byte one = 1;
        _ = Write(_pipe, &one, 1); // Where it is full, whoever sleeps there wakes.
    }

    /// <inheritdoc/>
    public void Dispose() => _pipe.Dispose();

    private void Empty()
    {
        var bytes = stackalloc byte[Chunk];
        for (var i = 0; i < MostChunks && Read(_pipe, bytes, Chunk) == Chunk; i++)
        {
        }
    }

    private static SafeFileHandle OpenBoth(string path)
    {
        var pipe = OpenFile(path, ReadWriteCloseOnExecNonBlocking);
        if (!pipe.IsInvalid)
        {
            return pipe;
        }

        pipe.Dispose();
        throw Failed("a bell cannot be reached", "open");
    }

    private static SharedMemoryException Failed(string what, string call) => new($"{what} ({call}: {Marshal.GetLastPInvokeErrorMessage()})");

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(SafeFileHandle file, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(SafeFileHandle file, byte* bytes, nint count);
}
