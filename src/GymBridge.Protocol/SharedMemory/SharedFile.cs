using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using GymBridge.Protocol.Credentials;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>A mapped file without a name (memfd): it is gone with the last process that holds it, however that ends.</summary>
/// <remarks>It is sealed against a change of its size, so that a mapping of the whole file can always be read.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class SharedFile : IDisposable
{
    private const string Name = "gymbridge";
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int GetSeals = 1034;
    private const int SealedSize = 0x1 | 0x2 | 0x4; // F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW
    private const int ReadWriteCloseOnExecNonBlocking = 0x2 | 0x80000 | 0x800;
    private const int ReadAndWrite = 0x1 | 0x2;
    private const int Shared = 0x1;
    private const int PrivateZerosInPlace = 0x2 | 0x10 | 0x20 | 0x4000; // MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS, MAP_NORESERVE
    private const uint OwnerOnly = 0x180; // octal 600

    private readonly Mapping _pages;
    private SafeFileHandle? _descriptor;
    private byte* _base;

    private SharedFile(SafeFileHandle descriptor, nint length)
    {
        _descriptor = descriptor;
        _pages = new Mapping(descriptor, length);
        if (_pages.IsInvalid)
        {
            throw Failed("mmap");
        }

        _base = (byte*)_pages.DangerousGetHandle();
    }

    /// <summary>The first byte; valid until it is disposed.</summary>
    public byte* Base => _base;

    /// <summary>What is mapped, for those who may keep addresses in it.</summary>
    public SafeHandle Pages => _pages;

    /// <summary>Its number in /proc/PID/fd, until <see cref="CloseDescriptor"/>.</summary>
    public int Descriptor => (int)(_descriptor?.DangerousGetHandle() ?? -1);

    /// <summary>Makes a file of zeros.</summary>
    /// <exception cref="SharedMemoryException">The system gives none.</exception>
    public static SharedFile Create(int bytes)
    {
        var descriptor = MemFdCreate(Name, CloseOnExec | AllowSealing);
        try
        {
            return descriptor.IsInvalid ? throw Failed("memfd_create")
                : FTruncate(descriptor, bytes) != 0 ? throw Failed("ftruncate")
                : FChMod(descriptor, OwnerOnly) != 0 ? throw Failed("fchmod")
                : FControl(descriptor, AddSeals, SealedSize) != 0 ? throw Failed("fcntl(F_ADD_SEALS)")
                : new SharedFile(descriptor, bytes);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Maps a file that another process of this user has made, after everything about it was checked.</summary>
    /// <exception cref="SharedMemoryException">It is not there, or is not what was told.</exception>
    public static SharedFile Open(uint processId, uint descriptor, int bytes)
    {
        var path = $"/proc/{processId}/fd/{descriptor}";
        CheckLink(path, $"memfd:{Name}");
        var handle = OpenFile(path, ReadWriteCloseOnExecNonBlocking);
        try
        {
            if (handle.IsInvalid)
            {
                throw Failed("open");
            }

            var status = PosixFile.Look(handle) ?? throw Failed("statx");
            if (!status.IsRegular || status.Owner != PosixFile.GetEffectiveUserId() || status.Size != (ulong)bytes
                || (FControl(handle, GetSeals, 0) & SealedSize) != SealedSize)
            {
                throw new SharedMemoryException($"the file that the host offers is not what it says ({status.Size} bytes, {bytes} expected)");
            }

            return new SharedFile(handle, bytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>From now on nobody else can open it.</summary>
    public void CloseDescriptor()
    {
        _descriptor?.Dispose();
        _descriptor = null;
    }

    /// <summary>Lets go of the file where somebody may still have addresses: from now on there are zeros of this process alone, and the addresses
    /// are given back when nobody refers to <see cref="Pages"/>.</summary>
    public void Retire()
    {
        CloseDescriptor();
        _base = null;
        _pages.Retire();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseDescriptor();
        _base = null;
        _pages.Dispose();
    }

    /// <summary>Throws unless a descriptor of another process is of a kind. Before it is opened: to open a file of another kind can do something.</summary>
    /// <exception cref="SharedMemoryException">It is not there, or is something else.</exception>
    public static void CheckLink(string path, string kind)
    {
        string? target;
        try
        {
            target = File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SharedMemoryException($"the file that the host offers cannot be reached ({exception.Message})");
        }

        if (target?.Contains(kind, StringComparison.Ordinal) != true)
        {
            throw new SharedMemoryException("what the host offers is no file of its own; does it run in another container?");
        }
    }

    private static SharedMemoryException Failed(string call) => new($"the system gives no shared memory ({call}: {Marshal.GetLastPInvokeErrorMessage()})");

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle MemFdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FTruncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FChMod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FControl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MMap(nint address, nint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MUnmap(nint address, nint length);

    // Its finalizer runs after those of objects that are found unreachable together with it.
    private sealed class Mapping : SafeHandleZeroOrMinusOneIsInvalid
    {
        private readonly nint _length;

        public Mapping(SafeFileHandle file, nint length)
            : base(ownsHandle: true)
        {
            _length = length;
            SetHandle(MMap(0, length, ReadAndWrite, Shared, file, 0));
        }

        // At no moment is there nothing: the kernel puts the new pages into the place of the old ones.
        public void Retire()
        {
            using var none = new SafeFileHandle(-1, ownsHandle: false);
            _ = MMap(handle, _length, ReadAndWrite, PrivateZerosInPlace, none, 0);
        }

        protected override bool ReleaseHandle() => MUnmap(handle, _length) == 0;
    }
}
