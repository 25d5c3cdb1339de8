using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using GymBridge.Protocol.Credentials;
using GymBridge.Protocol.V1;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>What two processes must have in common to share memory.</summary>
internal static class Machine
{
    private const string BellVariable = "GYMBRIDGE_SHM_BELL";

    private static string Id { get; } = OperatingSystem.IsLinux() ? ReadText("/proc/sys/kernel/random/boot_id") : string.Empty;

    // The target of the link is "pid:[4026531836]".
    private static ulong PidNamespace { get; } = OperatingSystem.IsLinux()
        && File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name is { } name
        && ulong.TryParse(name.AsSpan(name.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture, out var inode) ? inode : 0;

    // After what it looks at.
    private static string? LastingObstacle { get; } = FindObstacle();

    /// <summary>Why this process cannot share memory with any; null if it can.</summary>
    public static string? Obstacle => LastingObstacle ?? BellObstacle(BellAsked);

    /// <summary>How this process can wake others and be woken; <c>$GYMBRIDGE_SHM_BELL</c> leaves one, for tests.</summary>
    public static BellKinds Bells => OperatingSystem.IsLinux() ? BellsFor(BellAsked) : BellKinds.None;

    private static string BellAsked => Environment.GetEnvironmentVariable(BellVariable) ?? string.Empty;

    /// <summary>What this process says of itself.</summary>
    [SupportedOSPlatform("linux")]
    public static SharedMemoryRequest Describe() => new()
    {
        Layout = SharedLayout.Version,
        Machine = Id,
        UserId = PosixFile.GetEffectiveUserId(),
        PidNamespace = PidNamespace,
        ProcessId = (uint)Environment.ProcessId,
        Bells = (uint)Bells,
    };

    /// <summary>Why this process and that one cannot share memory; null if nothing is known that speaks against it.</summary>
    public static string? ObstacleTo(SharedMemoryRequest other) =>
        Obstacle is { } own ? own
        : !OperatingSystem.IsLinux() ? "the host does not run on Linux"
        : other.Layout != SharedLayout.Version ? $"the client has layout {other.Layout} of the file and the host layout {SharedLayout.Version}"
        : other.Machine != Id ? "client and host run on two machines"
        : other.UserId != PosixFile.GetEffectiveUserId() ? "client and host run as two users"
        : other.PidNamespace != PidNamespace ? "client and host run in two containers"
        : CommonBell(Bells, other) == BellKinds.None ? $"the host can wake others by {NameOf(Bells)}, and the client cannot be woken so"
        : null;

    /// <summary>How two processes wake each other: by futex(2) where both can.</summary>
    /// <returns>None where they have nothing in common.</returns>
    public static BellKinds CommonBell(BellKinds own, SharedMemoryRequest other)
    {
        var common = own & (other.Bells == 0 ? BellKinds.Futex : (BellKinds)other.Bells);
        return common.HasFlag(BellKinds.Futex) ? BellKinds.Futex : common & BellKinds.Pipe;
    }

    /// <summary>The name of a bell, as <c>$GYMBRIDGE_SHM_BELL</c> has it.</summary>
    public static string NameOf(BellKinds bell) => bell.HasFlag(BellKinds.Futex) ? "futex" : "pipe";

    [SupportedOSPlatform("linux")]
    private static BellKinds BellsFor(string asked) =>
        (asked == "pipe" || !FutexBell.IsAvailable ? BellKinds.None : BellKinds.Futex) | (asked == "futex" ? BellKinds.None : BellKinds.Pipe);

    private static string? BellObstacle(string asked) => asked is not ("" or "futex" or "pipe")
        ? $"{BellVariable} must be 'futex' or 'pipe', got '{asked}'"
        : Bells == BellKinds.None ? "the system has no futex(2)" : null;

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
