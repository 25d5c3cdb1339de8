using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using GymBridge.Protocol.Credentials;
using GymBridge.Protocol.V1;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>What two processes must have in common to share memory.</summary>
internal static class Machine
{
    private static string Id { get; } = OperatingSystem.IsLinux() ? ReadText("/proc/sys/kernel/random/boot_id") : string.Empty;

    // The target of the link is "pid:[4026531836]".
    private static ulong PidNamespace { get; } = OperatingSystem.IsLinux()
        && File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name is { } name
        && ulong.TryParse(name.AsSpan(name.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture, out var inode) ? inode : 0;

    /// <summary>Why this process cannot share memory with any; null if it can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    /// <summary>What this process says of itself.</summary>
    [SupportedOSPlatform("linux")]
    public static SharedMemoryRequest Describe() => new()
    {
        Layout = SharedLayout.Version,
        Machine = Id,
        UserId = PosixFile.GetEffectiveUserId(),
        PidNamespace = PidNamespace,
        ProcessId = (uint)Environment.ProcessId,
    };

    /// <summary>Why this process and that one cannot share memory; null if nothing is known that speaks against it.</summary>
    public static string? ObstacleTo(SharedMemoryRequest other) =>
        Obstacle is { } own ? own
        : !OperatingSystem.IsLinux() ? "the host does not run on Linux"
        : other.Layout != SharedLayout.Version ? $"the client has layout {other.Layout} of the file and the host layout {SharedLayout.Version}"
        : other.Machine != Id ? "client and host run on two machines"
        : other.UserId != PosixFile.GetEffectiveUserId() ? "client and host run as two users"
        : other.PidNamespace != PidNamespace ? "client and host run in two containers"
        : null;

    private static string? FindObstacle() =>
        !OperatingSystem.IsLinux() ? "only Linux has shared memory here so far"
        : RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64) ? $"there is no shared memory on {RuntimeInformation.ProcessArchitecture} so far"
        : Id.Length == 0 || PidNamespace == 0 ? "/proc does not tell which machine this is"
        : null;

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
