using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Waiting until something can be read: ppoll(2).</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Polling
{
    private const short In = 1;

    /// <summary>A descriptor from which something is expected.</summary>
    public static Entry Input(SafeHandle descriptor) => new() { Descriptor = (int)descriptor.DangerousGetHandle(), Events = In };

    /// <summary>Waits, at most so long.</summary>
    /// <returns>Whether anything happened to one of the descriptors.</returns>
    public static bool Wait(Entry* entries, int count, TimeSpan atMost)
    {
        var time = stackalloc long[2] { (long)atMost.TotalSeconds, atMost.Ticks % TimeSpan.TicksPerSecond * 100 };
        return Poll(entries, (nuint)count, time, 0) > 0;
    }

    [LibraryImport("libc", EntryPoint = "ppoll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Entry* entries, nuint count, long* timeout, nint signals);

    /// <summary>What is waited for at one descriptor, and what came.</summary>
    public struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
