namespace GymBridge.Torch.Managed;

/// <summary>
/// libtorch's CPU generator: MT19937 (Matsumoto and Nishimura 1998), seeded with 32 bits, and the cached half of a Box-Muller pair.
/// See golden/README.md, "The random generator".
/// </summary>
internal sealed class Mersenne
{
    public const int StateBytes = 5056;
    private const int N = 624;
    private const int M = 397;

    private readonly uint[] _state = new uint[N];
    private int _next = N;

    public Mersenne(long seed) => Seed(seed);

    public long InitialSeed { get; private set; }

    /// <summary>The next normal of any dtype on the scalar path, if a pair was made.</summary>
    public double? CachedNormal { get; set; }

    public void Seed(long seed)
    {
        InitialSeed = seed;
        CachedNormal = null;
        _state[0] = (uint)seed;
        for (var j = 1; j < N; j++)
            _state[j] = (1812433253u * (_state[j - 1] ^ (_state[j - 1] >> 30))) + (uint)j;
        _next = N;
    }

    public uint Next32()
    {
        if (_next == N)
            Twist();
        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680u;
        y ^= (y << 15) & 0xEFC60000u;
        return y ^ (y >> 18);
    }

    /// <summary>The first draw is the high half.</summary>
    public ulong Next64()
    {
        ulong high = Next32();
        return (high << 32) | Next32();
    }

    public float Uniform32() => (Next32() & 0xFFFFFF) * 5.9604644775390625e-8f;

    public double Uniform64() => (Next64() & 0x1FFFFFFFFFFFFFul) * 1.1102230246251565e-16;

    /// <summary>The layout of libtorch's get_rng_state.</summary>
    public byte[] Save()
    {
        var bytes = new byte[StateBytes];
        var span = bytes.AsSpan();
        BitConverter.TryWriteBytes(span, (ulong)InitialSeed);
        BitConverter.TryWriteBytes(span[8..], _next == N ? 1 : N - _next + 1);
        BitConverter.TryWriteBytes(span[12..], 1);
        BitConverter.TryWriteBytes(span[16..], (ulong)(_next == N ? 0 : _next));
        for (var i = 0; i < N; i++)
            BitConverter.TryWriteBytes(span[(24 + (8 * i))..], (ulong)_state[i]);
        BitConverter.TryWriteBytes(span[(24 + (8 * N) + 8)..], CachedNormal ?? 0);
        BitConverter.TryWriteBytes(span[(24 + (8 * N) + 24)..], CachedNormal is null ? 0 : 1);
        return bytes;
    }

    public void Load(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != StateBytes)
            throw Errors.Libtorch($"RNG state is wrong size: {bytes.Length} bytes, expected {StateBytes}");
        var left = BitConverter.ToInt32(bytes[8..]);
        var next = BitConverter.ToUInt64(bytes[16..]);
        if (BitConverter.ToInt32(bytes[12..]) != 1 || left is < 1 or > N || next > N)
            throw Errors.Libtorch("Invalid mt19937 state");
        InitialSeed = (long)BitConverter.ToUInt64(bytes);
        for (var i = 0; i < N; i++)
            _state[i] = (uint)BitConverter.ToUInt64(bytes[(24 + (8 * i))..]);
        _next = left == 1 ? N : N - left + 1;
        CachedNormal = BitConverter.ToInt32(bytes[(24 + (8 * N) + 24)..]) == 0 ? null : BitConverter.ToDouble(bytes[(24 + (8 * N) + 8)..]);
    }

    private void Twist()
    {
        var s = _state;
        for (var k = 0; k < N; k++)
        {
            var y = (s[k] & 0x80000000u) | (s[(k + 1) % N] & 0x7FFFFFFFu);
            s[k] = s[(k + M) % N] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908B0DFu : 0);
        }
        _next = 0;
    }
}
