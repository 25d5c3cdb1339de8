using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Sleeping on a word that two processes share, and waking whoever does: futex(2).</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class FutexBell : IBell
{
    private const int WaitOperation = 0; // without FUTEX_PRIVATE_FLAG: between processes
    private const int WakeOperation = 1;

    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 98 : 202;

    /// <summary>Whether the system has the call: a filter of system calls may refuse it.</summary>
    public static bool IsAvailable { get; } = Try();

    /// <summary>Sleeps while the word has a value, at most so long; it may come back early.</summary>
    public void Wait(ref uint word, uint value, TimeSpan atMost)
    {
        var time = stackalloc long[2] { (long)atMost.TotalSeconds, atMost.Ticks % TimeSpan.TicksPerSecond * 100 };
        fixed (uint* address = &word)
        {
            _ = SystemCall(Number, address, WaitOperation, value, time, 0, 0);
        }
    }

    /// <summary>Wakes whoever sleeps on the word.</summary>
    public void Wake(ref uint word)
    {
        fixed (uint* address = &word)
        {
            _ = SystemCall(Number, address, WakeOperation, int.MaxValue, null, 0, 0);
        }
    }

    private static bool Try()
    {
        uint nobody = 0;
        return SystemCall(Number, &nobody, WakeOperation, 1, null, 0, 0) >= 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, uint* word, nint operation, nuint value, long* timeout, nint second, nint third);
}
