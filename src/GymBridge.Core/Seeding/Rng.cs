using System.Runtime.CompilerServices;

namespace GymBridge.Seeding;

/// <summary>A seeded random number generator that draws, bit for bit, what NumPy's <c>Generator(PCG64(SeedSequence(seed)))</c> draws.</summary>
/// <remarks>
/// That generator is what <c>gymnasium.utils.seeding.np_random(seed)</c> gives. Methods carry NumPy's names and consume the
/// stream exactly as NumPy 2.4.6 does, so that the state stays equal after any mixture of draws. Filling a span equals
/// NumPy's <c>size=</c>. Draws allocate nothing unless they return an array or say so. Not safe for use by several threads
/// at once. Rounding of the tails of <see cref="StandardNormal()"/> and <see cref="StandardExponential()"/> follows glibc's
/// <c>log1p</c> and the platform's <c>exp</c>. Source: numpy/random/_generator.pyx and src/distributions/distributions.c.
/// </remarks>
public sealed partial class Rng
{
    private const double DoubleUnit = 1.0 / (1UL << 53);
    private const float SingleUnit = 1.0f / (1 << 24);

    private Pcg64 _bits;

    /// <summary>The generator of a seed.</summary>
    /// <param name="seed">Any non-negative integer.</param>
    public Rng(Seed seed) => _bits = new Pcg64(new SeedSequence(seed));

    /// <summary>The generator in a given state.</summary>
    /// <param name="state">A state that <see cref="State"/> or NumPy gave.</param>
    /// <exception cref="ArgumentException">The increment is even, which no PCG64 has.</exception>
    public Rng(RngState state) => _bits = new Pcg64(state);

    private Rng(in Pcg64 bits) => _bits = bits;

    /// <summary>The state, equal to NumPy's <c>bit_generator.state</c> after the same draws; set it to go back or to follow another generator.</summary>
    /// <exception cref="ArgumentException">The increment of the new state is even, which no PCG64 has.</exception>
    public RngState State
    {
        get => _bits.State;
        set => _bits = new Pcg64(value);
    }

    /// <summary>An independent generator in the same state; both draw the same numbers from here on.</summary>
    public Rng Clone() => new(in _bits);

    /// <summary>The next 64 random bits, NumPy's <c>bit_generator.random_raw()</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64() => _bits.NextUInt64();

    /// <summary>The next 32 random bits: the low half of a 64-bit draw, and at the next call its high half.</summary>
    /// <remarks>The half that waits is part of <see cref="State"/> and survives 64-bit draws in between.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32() => _bits.NextUInt32();

    /// <summary>A float64 in [0, 1), a multiple of 2^-53; <c>random()</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Random() => ToUnit(_bits.NextUInt64());

    /// <summary>Fills with float64 in [0, 1); <c>random(n)</c>.</summary>
    /// <param name="destination">float64 [n].</param>
    public void Random(Span<double> destination)
    {
        var lcg = _bits.Lcg;
        foreach (ref var value in destination)
        {
            value = ToUnit(lcg.Next());
        }

        _bits.Lcg = lcg;
    }

    /// <summary>A float32 in [0, 1), a multiple of 2^-24, from one 32-bit draw; <c>random(dtype=np.float32)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float RandomSingle() => (_bits.NextUInt32() >> 8) * SingleUnit;

    /// <summary>Fills with float32 in [0, 1); <c>random(n, dtype=np.float32)</c>.</summary>
    /// <param name="destination">float32 [n].</param>
    public void Random(Span<float> destination)
    {
        foreach (ref var value in destination)
        {
            value = RandomSingle();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ToUnit(ulong bits) => (bits >> 11) * DoubleUnit;
}
