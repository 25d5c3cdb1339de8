using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Memory of this process alone, for another runtime in it that knows the same layout.</summary>
internal sealed unsafe class OwnMemory : CallMemory, IDisposable
{
    private readonly Block _block;

    /// <summary>Takes zeroed memory.</summary>
    /// <exception cref="OutOfMemoryException">The system gives none.</exception>
    public OwnMemory(SharedLayout layout)
        : base(layout) => _block = new Block(layout.Bytes);

    /// <summary>Where it lies; valid until it is disposed.</summary>
    public nint Address => (nint)Base;

    /// <inheritdoc/>
    protected override byte* Base => (byte*)_block.DangerousGetHandle();

    /// <inheritdoc/>
    protected override SafeHandle Owner => _block;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsLent)
        {
            _block.Dispose();
        }
    }

    // The collector does not see how much depends on it.
    private sealed class Block : SafeHandleZeroOrMinusOneIsInvalid
    {
        private const int Line = 64;

        private readonly int _bytes;

        public Block(int bytes)
            : base(ownsHandle: true)
        {
            _bytes = bytes;
            SetHandle((nint)NativeMemory.AlignedAlloc((nuint)bytes, Line));
            NativeMemory.Clear((byte*)handle, (nuint)bytes);
            GC.AddMemoryPressure(bytes);
        }

        protected override bool ReleaseHandle()
        {
            NativeMemory.AlignedFree((byte*)handle);
            GC.RemoveMemoryPressure(_bytes);
            return true;
        }
    }
}
