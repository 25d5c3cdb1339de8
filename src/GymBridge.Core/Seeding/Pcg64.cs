using System.Runtime.CompilerServices;

namespace GymBridge.Seeding;

/// <summary>NumPy's <c>PCG64</c> bit generator: 128 bits of state, 64 bits a draw, with the buffer that splits draws into 32-bit halves.</summary>
/// <remarks>
/// A mutable value: a copy is an independent generator that draws the same numbers. Use <see cref="Rng"/> unless a table of
/// generators without an object each is wanted. The default value is not a generator: every draw is 0.
/// Source: O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation" (variant XSL-RR 128/64, state stepped before the output); numpy/random/src/pcg64.
/// </remarks>
public struct Pcg64 : IEquatable<Pcg64>
{
    // Span fills draw through a local copy of it.
    internal Lcg128 Lcg;

    private uint _uinteger;
    private bool _hasUInt32;

    /// <summary>The generator that <c>PCG64(SeedSequence(seed))</c> is.</summary>
    /// <param name="seeds">Where the 256 bits of state and increment come from.</param>
    public Pcg64(SeedSequence seeds)
    {
        Span<ulong> words = stackalloc ulong[4];
        seeds.GenerateState(words);
        var increment = (new UInt128(words[2], words[3]) << 1) | 1;
        var start = new Lcg128(0, increment);
        start.Step();
        Lcg = new Lcg128(start.State + new UInt128(words[0], words[1]), increment);
        Lcg.Step();
    }

    /// <summary>The generator in a given state.</summary>
    /// <param name="state">A state that <see cref="State"/> or NumPy gave.</param>
    /// <exception cref="ArgumentException">The increment is even, which no PCG64 has.</exception>
    public Pcg64(RngState state)
    {
        if (UInt128.IsEvenInteger(state.Increment))
        {
            throw new ArgumentException(
                $"Increment {state.Increment} of the generator state is even; a PCG64 increment is odd. Take the state from Rng.State or from NumPy's bit_generator.state unchanged.",
                nameof(state));
        }

        Lcg = new Lcg128(state.State, state.Increment);
        _hasUInt32 = state.HasUInt32;
        _uinteger = state.UInteger;
    }

    /// <summary>The state, equal to NumPy's after the same draws.</summary>
    public readonly RngState State => new(Lcg.State, Lcg.Increment, _hasUInt32, _uinteger);

    /// <summary>Whether both are in the same state.</summary>
    public static bool operator ==(Pcg64 left, Pcg64 right) => left.Equals(right);

    /// <summary>Whether the states differ.</summary>
    public static bool operator !=(Pcg64 left, Pcg64 right) => !left.Equals(right);

    /// <summary>The next 64 random bits; leaves a buffered 32-bit half where it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64() => Lcg.Next();

    /// <summary>The next 32 random bits: the low half of a 64-bit draw, and at the next call its high half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32()
    {
        if (_hasUInt32)
        {
            _hasUInt32 = false;
            return _uinteger;
        }

        var bits = NextUInt64();
        _hasUInt32 = true;
        _uinteger = (uint)(bits >> 32);
        return (uint)bits;
    }

    /// <inheritdoc/>
    public readonly bool Equals(Pcg64 other) => State == other.State;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Pcg64 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => State.GetHashCode();
}
