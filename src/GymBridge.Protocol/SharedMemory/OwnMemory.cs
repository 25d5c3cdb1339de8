using System.Runtime.InteropServices;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Memory of this process alone, for another runtime in it that knows the same layout.</summary>
internal sealed unsafe class OwnMemory : CallMemory, IDisposable
{
    private const int Line = 64;

    private byte* _base;

    /// <summary>Takes zeroed memory.</summary>
    /// <exception cref="OutOfMemoryException">The system gives none.</exception>
    public OwnMemory(SharedLayout layout)
        : base(layout)
    {
        _base = (byte*)NativeMemory.AlignedAlloc((nuint)layout.Bytes, Line);
        NativeMemory.Clear(_base, (nuint)layout.Bytes);
    }

    /// <summary>Where it lies; valid until it is disposed.</summary>
    public nint Address => (nint)_base;

    /// <inheritdoc/>
    protected override byte* Base => _base;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_base);
        _base = null;
    }
}
