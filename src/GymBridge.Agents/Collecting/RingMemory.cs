using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Collecting;

/// <summary>Rows of bytes outside the managed heap: as large as declared and no larger, or in a file that the system pages in and out.</summary>
internal sealed unsafe class RingMemory : IDisposable
{
    private readonly int _rowBytes;
    private readonly long _rows;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _data;

    /// <exception cref="ArgumentException">The memory is not there.</exception>
    public RingMemory(long rows, int rowBytes, string? path)
    {
        (_rows, _rowBytes) = (rows, rowBytes);
        var bytes = checked(rows * rowBytes);
        if (path is not null)
        {
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, bytes);
            _view = _file.CreateViewAccessor(0, bytes);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
            return;
        }

        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw new ArgumentException(
                $"A replay buffer of {rows} transitions of {rowBytes} bytes takes {bytes >> 20} MiB, the machine has {available >> 20} MiB; choose a smaller one, or keep it in a file.");
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
