using System.Runtime.InteropServices;

namespace GymBridge.Torch.Managed;

/// <summary>Working memory of one thread.</summary>
internal sealed unsafe class Scratch
{
    private const int Slots = 6;
    private readonly void*[] _memory = new void*[Slots];
    private readonly long[] _size = new long[Slots];

    ~Scratch()
    {
        foreach (var p in _memory)
            NativeMemory.AlignedFree(p);
    }

    public void* Get(int slot, long bytes)
    {
        if (_size[slot] < bytes)
        {
            NativeMemory.AlignedFree(_memory[slot]);
            _memory[slot] = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            _size[slot] = bytes;
        }
        return _memory[slot];
    }
}
