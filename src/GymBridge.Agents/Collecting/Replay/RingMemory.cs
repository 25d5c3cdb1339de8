using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Rows of bytes outside the managed heap: as large as declared and no larger, or in a file that the system pages in and out.</summary>
internal sealed unsafe class RingMemory : IDisposable
{
    private readonly int _rowBytes;
    private readonly long _rows;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _data;

    /// <param name="rows">Number of rows.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="folder">Where to keep them in a file of their own, which goes away with them; null keeps them in memory.</param>
    /// <exception cref="ArgumentException">The memory is not there.</exception>
    /// <exception cref="IOException">The disk is full, or there is no such folder.</exception>
    public RingMemory(long rows, int rowBytes, string? folder)
    {
        (_rows, _rowBytes) = (rows, rowBytes);
        var bytes = checked(rows * rowBytes);
        if (folder is not null)
        {
            try
            {
                (_file, _view) = Map(folder, bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"The replay buffer of {bytes >> 20} MiB cannot be kept in '{folder}' (BufferFolder): {exception.Message}", exception);
            }

            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
            return;
        }

        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw new ArgumentException(
                $"A replay buffer of {rows} transitions of {rowBytes} bytes takes {bytes >> 20} MiB, the machine has {available >> 20} MiB; choose a smaller BufferSize, or keep it in a file (BufferFolder).");
        }

        // Zeroed pages come from the system when they are first written: an empty buffer takes no memory.
        _data = (byte*)NativeMemory.AllocZeroed((nuint)rows, (nuint)rowBytes);
    }

    ~RingMemory() => Free();

    public Span<byte> Row(long row)
    {
        ObjectDisposedException.ThrowIf(_data is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)row, (ulong)_rows, nameof(row));
        return new Span<byte>(_data + (row * _rowBytes), _rowBytes);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static (MemoryMappedFile File, MemoryMappedViewAccessor View) Map(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);

        // The room is taken now: a page that finds the disk full later would end the process.
        var stream = new FileStream(Path.Combine(folder, $"replay-{Path.GetRandomFileName()}"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
            PreallocationSize = bytes,
        });
        try
        {
            var file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            return (file, file.CreateViewAccessor(0, bytes));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void Free()
    {
        if (_data is null)
        {
            return;
        }

        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
        else
        {
            NativeMemory.Free(_data);
        }

        _data = null;
    }
}
