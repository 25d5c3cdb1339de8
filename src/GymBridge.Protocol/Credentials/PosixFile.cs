using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.Credentials;

/// <summary>Whose a file is, and what it is: what .NET does not tell.</summary>
internal static partial class PosixFile
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasicStats = 0x7FF;

    /// <summary>The bits of a mode that give others something: octal 077.</summary>
    private const ushort OthersMask = 0x3F;

    private const ushort TypeMask = 0xF000;
    private const ushort PipeType = 0x1000;
    private const ushort SocketType = 0xC000;
    private const ushort DirectoryType = 0x4000;
    private const ushort RegularType = 0x8000;

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint GetEffectiveUserId();

    /// <summary>Looks at a path; a link is not followed.</summary>
    /// <returns>Null if there is nothing, or it cannot be looked at.</returns>
    /// <remarks>statx, because its layout is the same on every architecture.</remarks>
    [SupportedOSPlatform("linux")]
    public static Status? Look(string path) => StatX(AtFdCwd, path, AtSymlinkNoFollow, StatxBasicStats, out var stat) == 0 ? StatusOf(stat) : null;

    /// <summary>Looks at an open file.</summary>
    /// <returns>Null if it cannot be looked at; the system's error says why.</returns>
    [SupportedOSPlatform("linux")]
    public static Status? Look(SafeFileHandle file) => StatX(file, string.Empty, AtEmptyPath, StatxBasicStats, out var stat) == 0 ? StatusOf(stat) : null;

    private static Status StatusOf(StatXBuffer stat) => new(
        (stat.Mode & TypeMask) == SocketType,
        (stat.Mode & TypeMask) == DirectoryType,
        (stat.Mode & TypeMask) == RegularType,
        (stat.Mode & TypeMask) == PipeType,
        stat.UserId,
        (stat.Mode & OthersMask) != 0,
        stat.Size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out StatXBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle directory, string path, int flags, uint mask, out StatXBuffer buffer);

    /// <summary>What is at a path.</summary>
    public readonly record struct Status(bool IsSocket, bool IsDirectory, bool IsRegular, bool IsPipe, uint Owner, bool IsOpenToOthers, ulong Size);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatXBuffer
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;
    }
}
