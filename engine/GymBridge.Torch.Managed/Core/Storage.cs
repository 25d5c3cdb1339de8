using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GymBridge.Torch.Managed;

/// <summary>
/// The memory of one or more tensors. Counted by the <see cref="TensorImpl"/>s that look at it; with none left it goes back to the pool of
/// the thread that let go last. A storage that is never disposed is simply collected: it owns no native memory.
/// </summary>
internal sealed unsafe class Storage
{
    private const int Alignment = 64;

    private readonly byte[]? _memory;
    private GCHandle _pin;
    private int _references = 1;
    private int _version;

    private Storage(byte[] memory, int bucket)
    {
        _memory = memory;
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        Pointer = (byte*)((start + (Alignment - 1)) & ~(nuint)(Alignment - 1));
        Bytes = memory.Length - (Alignment - 1);
        Bucket = bucket;
    }

    private Storage(Array shared, long offset, long bytes)
    {
        _pin = GCHandle.Alloc(shared, GCHandleType.Pinned);
        Pointer = (byte*)_pin.AddrOfPinnedObject() + offset;
        Bytes = bytes;
        Bucket = -1;
    }

    ~Storage()
    {
        if (_pin.IsAllocated)
            _pin.Free();
    }

    public byte* Pointer { get; }

    public long Bytes { get; }

    /// <summary>Counts changes in place, so that a backward pass can tell that what it saved is no longer there.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether an autograd pass has handed this out as somebody's gradient, which may change in place later.</summary>
    public bool Gradient { get; set; }

    public bool Shared => Volatile.Read(ref _references) > 1;

    internal int Bucket { get; }

    public static Storage Allocate(long bytes)
    {
        if (bytes < 0 || bytes > int.MaxValue - 4096)
            throw Errors.Libtorch($"not enough memory: you tried to allocate {bytes} bytes; one tensor of the managed engine holds at most {int.MaxValue - 4096} bytes.");
        var bucket = BucketOf(bytes);
        return EngineThread.Current.Pool.Rent(bucket) ?? New(bytes, bucket);
    }

    /// <summary>Looks at an array of the caller: no copy, and changes are seen on both sides.</summary>
    public static Storage Share(Array array, long offset, long bytes) => new(array, offset, bytes);

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left > 0)
            return;
        if (left < 0)
            throw new InvalidOperationException("Bug in GymBridge: a tensor's memory was released twice.");
        if (_pin.IsAllocated)
        {
            _pin.Free();
            GC.SuppressFinalize(this);
        }
        else
        {
            EngineThread.Current.Pool.Return(this);
        }
    }

    public void Changed() => Interlocked.Increment(ref _version);

    /// <summary>Makes a storage from the pool look new.</summary>
    internal void Revive()
    {
        _references = 1;
        _version = 0;
        Gradient = false;
    }

    private static Storage New(long bytes, int bucket)
    {
        // Small ones are rounded up to their bucket; a large one takes what it needs, rounded to a sixteenth of its power of two.
        var size = SizeOf(bucket);
        var storage = new Storage(GC.AllocateUninitializedArray<byte>((int)Math.Min(size + Alignment - 1, int.MaxValue - 64), pinned: true), bucket);
        GC.SuppressFinalize(storage);
        return storage;
    }

    /// <summary>Four buckets to each power of two from 64 bytes on.</summary>
    private static int BucketOf(long bytes)
    {
        if (bytes <= 64)
            return 0;
        var log = BitOperations.Log2((ulong)(bytes - 1));
        var quarter = (int)((bytes - 1) >> (log - 2)) & 3;
        return ((log - 6) * 4) + quarter + 1;
    }

    private static long SizeOf(int bucket)
    {
        if (bucket == 0)
            return 64;
        var log = ((bucket - 1) / 4) + 6;
        return (1L << log) + ((((bucket - 1) % 4) + 1L) << (log - 2));
    }
}

/// <summary>Storages let go by this thread, kept for its next tensors of that size.</summary>
internal sealed class StoragePool
{
    private const int Buckets = 4 * 26;
    private const long BytesPerBucket = 64L << 20;
    private readonly Storage?[]?[] _free = new Storage?[]?[Buckets];
    private readonly int[] _count = new int[Buckets];

    public Storage? Rent(int bucket)
    {
        var n = _count[bucket];
        if (n == 0)
            return null;
        _count[bucket] = --n;
        var list = _free[bucket]!;
        var storage = list[n]!;
        list[n] = null;
        storage.Revive();
        return storage;
    }

    public void Return(Storage storage)
    {
        var bucket = storage.Bucket;
        ref var list = ref _free[bucket];
        list ??= new Storage?[4];
        var n = _count[bucket];
        if (n == list.Length)
        {
            if (n >= 4096 || storage.Bytes * n > BytesPerBucket)
                return;
            Array.Resize(ref list, n * 2);
        }
        list[n] = storage;
        _count[bucket] = n + 1;
    }
}
