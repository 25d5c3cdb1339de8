using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Whether the process at the other end lives: a descriptor of the process itself (pidfd), so that a number that is used
/// again deceives nobody.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class PeerProcess : IDisposable
{
    private const nint PidFdOpen = 434;

    private readonly SafeFileHandle _descriptor;

    private PeerProcess(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Something can be read from it when the process has ended.</summary>
    public SafeHandle Handle => _descriptor;

    /// <summary>Whether it has ended, be it that nobody has waited for it yet.</summary>
    public bool HasExited
    {
        get
        {
            var entry = Polling.Input(_descriptor);
            return Polling.Wait(&entry, 1, TimeSpan.Zero);
        }
    }

    /// <summary>Watches a process.</summary>
    /// <exception cref="SharedMemoryException">There is no such process, or the system is too old.</exception>
    public static PeerProcess Open(uint processId)
    {
        var descriptor = new SafeFileHandle(SystemCall(PidFdOpen, (nint)processId, 0), ownsHandle: true);
        if (descriptor.IsInvalid)
        {
            throw new SharedMemoryException($"the system does not tell whether process {processId} lives (pidfd_open: {Marshal.GetLastPInvokeErrorMessage()})");
        }

        return new PeerProcess(descriptor);
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, nint processId, nint flags);
}
