using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GymBridge.Seeding;

/// <summary>Spreads a seed over as many well-mixed bits as a generator needs: NumPy's <c>SeedSequence(seed)</c>.</summary>
/// <remarks>
/// Holds four uint32 words of hashed entropy; immutable. The default value is not a sequence of any seed.
/// Source: numpy/random/bit_generator.pyx; the hash is Melissa O'Neill's seed_seq_fe128, pcg-random.org, "Developing a seed_seq alternative".
/// </remarks>
public readonly struct SeedSequence : IEquatable<SeedSequence>
{
    private const int PoolSize = 4;
    private const int Shift = 16;
    private const uint InitA = 0x43B0D7E5;
    private const uint MultiplierA = 0x931E8875;
    private const uint InitB = 0x8B51F9DD;
    private const uint MultiplierB = 0x58F38DED;
    private const uint MixLeft = 0xCA01F9DD;
    private const uint MixRight = 0x4973F715;

    private readonly Words _pool;

    /// <summary>Hashes a seed of any size into the pool.</summary>
    /// <param name="seed">The seed; below 2^64 nothing is allocated.</param>
    public SeedSequence(Seed seed)
    {
        if (seed.IsSmall)
        {
            _pool = Mix([(uint)seed.Small, (uint)(seed.Small >> 32)]);
            return;
        }

        var bytes = seed.ToLittleEndianBytes();
        var words = new uint[(bytes.Length + sizeof(uint) - 1) / sizeof(uint)];
        for (var i = 0; i < bytes.Length; i++)
        {
            words[i / sizeof(uint)] |= (uint)bytes[i] << (8 * (i % sizeof(uint)));
        }

        _pool = Mix(words);
    }

    /// <summary>Whether both hold the same pool and so generate the same state.</summary>
    public static bool operator ==(SeedSequence left, SeedSequence right) => left.Equals(right);

    /// <summary>Whether the pools differ.</summary>
    public static bool operator !=(SeedSequence left, SeedSequence right) => !left.Equals(right);

    /// <summary>Fills the span with seed material, as <c>generate_state(n, np.uint32)</c> does.</summary>
    /// <param name="destination">uint32 [n]; the first words do not depend on n.</param>
    public void GenerateState(Span<uint> destination)
    {
        var hash = InitB;
        for (var i = 0; i < destination.Length; i++)
        {
            var value = _pool[i % PoolSize] ^ hash;
            hash *= MultiplierB;
            value *= hash;
            destination[i] = value ^ (value >> Shift);
        }
    }

    /// <summary>Fills the span with seed material, as <c>generate_state(n, np.uint64)</c> does.</summary>
    /// <param name="destination">uint64 [n]; each word is two of the uint32 words, the low one first.</param>
    public void GenerateState(Span<ulong> destination)
    {
        var words = MemoryMarshal.Cast<ulong, uint>(destination);
        GenerateState(words);
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = ulong.RotateLeft(destination[i], 32);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(SeedSequence other) =>
        ((ReadOnlySpan<uint>)_pool).SequenceEqual(other._pool);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SeedSequence other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_pool[0], _pool[1], _pool[2], _pool[3]);

    // A missing word counts as zero, so seeds below 2^128 may come with any number of leading zeros up to four words.
    private static Words Mix(ReadOnlySpan<uint> entropy)
    {
        var pool = default(Words);
        var hash = InitA;
        for (var i = 0; i < PoolSize; i++)
        {
            pool[i] = HashMix(i < entropy.Length ? entropy[i] : 0, ref hash);
        }

        for (var source = 0; source < PoolSize; source++)
        {
            for (var target = 0; target < PoolSize; target++)
            {
                if (source != target)
                {
                    pool[target] = Combine(pool[target], HashMix(pool[source], ref hash));
                }
            }
        }

        for (var source = PoolSize; source < entropy.Length; source++)
        {
            for (var target = 0; target < PoolSize; target++)
            {
                pool[target] = Combine(pool[target], HashMix(entropy[source], ref hash));
            }
        }

        return pool;
    }

    private static uint HashMix(uint value, ref uint hash)
    {
        value ^= hash;
        hash *= MultiplierA;
        value *= hash;
        return value ^ (value >> Shift);
    }

    private static uint Combine(uint left, uint right)
    {
        var mixed = (MixLeft * left) - (MixRight * right);
        return mixed ^ (mixed >> Shift);
    }

    [InlineArray(PoolSize)]
    private struct Words
    {
        private uint _first;
    }
}
