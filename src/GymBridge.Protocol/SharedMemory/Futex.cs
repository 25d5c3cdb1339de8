using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Sleeping on a word that two processes share, and waking whoever does: futex(2).</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Futex
{
    private const int WaitOperation = 0; // without FUTEX_PRIVATE_FLAG: between processes
    private const int WakeOperation = 1;

    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 98 : 202;

    /// <summary>Sleeps while the word has a value, at most so long; it may come back early.</summary>
    public static void Wait(uint* word, uint value, TimeSpan atMost)
    {
        var time = stackalloc long[2] { (long)atMost.TotalSeconds, atMost.Ticks % TimeSpan.TicksPerSecond * 100 };
        _ = SystemCall(Number, word, WaitOperation, value, time, 0, 0);
    }

    /// <summary>Wakes whoever sleeps on the word.</summary>
    public static void Wake(uint* word) => _ = SystemCall(Number, word, WakeOperation, int.MaxValue, null, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, uint* word, nint operation, nuint value, long* timeout, nint second, nint third);
}
