using System.Collections.Immutable;
using GymBridge.Seeding;

namespace GymBridge.Spaces;

/// <summary>The set of observations or actions of an environment, with seeded sampling equal to Gymnasium's.</summary>
/// <remarks>Construction, sampling, <c>contains</c> and seeding follow <c>gymnasium.spaces</c> 1.4.0 to the bit. Sampling
/// changes the generator, so a space is not safe for concurrent sampling; everything else about it is immutable.</remarks>
public abstract class Space : IEquatable<Space>
{
    private Rng? _rng;

    /// <summary>Starts a space whose fixed-size parts are <paramref name="leaves"/>, in canonical pre-order.</summary>
    private protected Space(ImmutableArray<SpaceLeaf> leaves) => Leaves = leaves;

    /// <summary>The fixed-size arrays of a value, in canonical pre-order: one column each in a batch.</summary>
    public ImmutableArray<SpaceLeaf> Leaves { get; }

    /// <summary>The generator behind <see cref="Sample"/>; seeded from OS entropy on first use.</summary>
    public Rng Rng
    {
        get => _rng ??= new Rng(Seeding.Seed.FromEntropy());
        set => _rng = value;
    }

    /// <summary>Reseeds the generator.</summary>
    /// <param name="seed">Null draws 128 bits from the operating system.</param>
    /// <returns>The seed that was used.</returns>
    public Seed Seed(Seed? seed = null)
    {
        var used = seed ?? Seeding.Seed.FromEntropy();
        _rng = new Rng(used);
        return used;
    }

    /// <summary>A random value of the space: long for <see cref="Discrete"/>, <see cref="NDArray"/> for <see cref="Box"/>.</summary>
    public abstract object Sample();

    /// <summary>Whether <paramref name="value"/> is a value of the space.</summary>
    public abstract bool Contains(object? value);

    /// <summary>The value of one lane of a batch, as <see cref="Sample"/> would return it; a fresh copy.</summary>
    public abstract object Read(ReadOnlySpan<Batch.Column> columns, int lane);

    /// <summary>Puts a value into one lane of a batch. The element type must fit; whether the value lies in the space is not checked.</summary>
    /// <exception cref="ArgumentException">The value has another type or shape than the space.</exception>
    public abstract void Write(object value, ReadOnlySpan<Batch.Column> columns, int lane);

    /// <summary>Same kind, shape, type and bounds; generators do not count.</summary>
    public abstract bool Equals(Space? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Space);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The space as Gymnasium writes it.</summary>
    public abstract override string ToString();
}
