using System.Collections.Immutable;
using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Values;

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

    /// <summary>The generator behind <see cref="Sample()"/>; seeded from OS entropy on first use, with the spaces inside.</summary>
    public Rng Rng
    {
        get
        {
            if (_rng is null)
            {
                SeedAll(null);
            }

            return _rng ??= new Rng(Seeding.Seed.FromEntropy());
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _rng = value;
        }
    }

    /// <summary>Whether values can be written as one array of fixed length (<c>is_np_flattenable</c>).</summary>
    public virtual bool IsFlattenable => true;

    /// <summary>Reseeds the generator, and with seeds drawn from it those of the spaces inside.</summary>
    /// <param name="seed">Null draws 128 bits from the operating system.</param>
    /// <returns>The seed that was used.</returns>
    public Seed Seed(Seed? seed = null)
    {
        var used = seed ?? Seeding.Seed.FromEntropy();
        SeedWith(used);
        return used;
    }

    /// <summary>Reseeds as Gymnasium's <c>seed</c> does, which also takes a seed for each space inside.</summary>
    /// <param name="seed">Null: entropy for every generator. A <see cref="Seeding.Seed"/> or integer. For composite spaces also a
    /// list or <see cref="TupleValue"/> of seeds, for <see cref="DictSpace"/> an <see cref="Info"/>.</param>
    /// <returns>The seeds that were used: <see cref="BigInteger"/>, <see cref="TupleValue"/> or <see cref="Info"/>.</returns>
    /// <exception cref="ArgumentException">The seeds do not fit the space.</exception>
    public object SeedAll(object? seed) => seed switch
    {
        null => SeedFromEntropy(),
        Seed value => SeedWith(value),
        int value => SeedWith(value),
        long value => SeedWith(value),
        BigInteger value => SeedWith(value),
        _ => SeedParts(seed),
    };

    /// <summary>A random value of the space: long for <see cref="Discrete"/>; <see cref="NDArray"/> for <see cref="Box"/>,
    /// <see cref="MultiBinary"/> and <see cref="MultiDiscrete"/>; string for <see cref="Text"/>; <see cref="TupleValue"/> for
    /// <see cref="TupleSpace"/>, <see cref="Sequence"/> and <see cref="OneOf"/>; <see cref="Info"/> for <see cref="DictSpace"/>;
    /// <see cref="GraphInstance"/> for <see cref="Graph"/>.</summary>
    public abstract object Sample();

    /// <summary>A random value under a restriction, in the form that the kind of space documents.</summary>
    /// <param name="mask">Which values may come up; null for no restriction.</param>
    /// <param name="probability">How likely each value is; null for no restriction.</param>
    /// <exception cref="ArgumentException">Both are given, or one has the wrong type, shape or values.</exception>
    /// <exception cref="GymBridgeException">The kind of space takes no restriction.</exception>
    public object Sample(object? mask, object? probability = null)
    {
        if (mask is not null && probability is not null)
        {
            throw new ArgumentException(
                $"Only one of `mask` or `probability` can be provided, actual values: mask={PythonText.Repr(mask)}, probability={PythonText.Repr(probability)}");
        }

        return mask is not null ? SampleRestricted(mask, false) : probability is not null ? SampleRestricted(probability, true) : Sample();
    }

    /// <summary>Whether <paramref name="value"/> is a value of the space.</summary>
    public abstract bool Contains(object? value);

    /// <summary>The value of one lane of a batch, as <see cref="Sample()"/> would return it; a fresh copy.</summary>
    public abstract object Read(ReadOnlySpan<Column> columns, int lane);

    /// <summary>Puts a value into one lane of a batch. The element type must fit; whether the value lies in the space is not checked.</summary>
    /// <exception cref="ArgumentException">The value has another type or shape than the space.</exception>
    public abstract void Write(object value, ReadOnlySpan<Column> columns, int lane);

    /// <summary>Same kind, shape, type and bounds; generators do not count.</summary>
    public abstract bool Equals(Space? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Space);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>An equal space with generators of its own in the same states.</summary>
    public Space Clone()
    {
        var clone = CloneSpace();
        clone._rng = _rng?.Clone();
        return clone;
    }

    /// <summary>Values as Gymnasium's <c>to_jsonable</c> gives them: long, double, bool, string, lists and, for a dict, <see cref="Info"/>.</summary>
    /// <param name="samples">Values of the space.</param>
    public abstract object ToJsonable(IReadOnlyList<object?> samples);

    /// <summary>The values that <see cref="ToJsonable"/> was given.</summary>
    /// <exception cref="ArgumentException">The form does not fit the space.</exception>
    public abstract IReadOnlyList<object> FromJsonable(object jsonable);

    /// <summary>The space as Gymnasium writes it.</summary>
    public abstract override string ToString();

    /// <summary>Whether the generator exists; asking for it would seed it.</summary>
    private protected bool HasRng => _rng is not null;

    private protected abstract Space CloneSpace();

    private protected virtual object SeedFromEntropy() => SeedWith(Seeding.Seed.FromEntropy());

    private protected virtual object SeedWith(Seed seed)
    {
        _rng = new Rng(seed);
        return seed.ToBigInteger();
    }

    private protected virtual object SeedParts(object seeds) =>
        throw new ArgumentException($"Expected seed type: int or None, actual type: {seeds.GetType().Name}");

    /// <summary>Seeds this generator alone; null from entropy. Returns the seed that was used.</summary>
    private protected object SeedOwn(object? seed)
    {
        var used = seed switch
        {
            null => Seeding.Seed.FromEntropy(),
            Seed value => value,
            int value => value,
            long value => value,
            BigInteger value => value,
            _ => throw new ArgumentException($"Expected seed type: int or None, actual type: {seed.GetType().Name}"),
        };
        _rng = new Rng(used);
        return used.ToBigInteger();
    }

    /// <summary>The seeds as a list of a length.</summary>
    private protected IReadOnlyList<object?> PartsOf(object seeds, int count)
    {
        if (seeds is not IReadOnlyList<object?> list)
        {
            throw new ArgumentException($"Expected None, int, or tuple of ints, actual type: {seeds.GetType().Name}");
        }

        return list.Count == count
            ? list
            : throw new ArgumentException($"Expects {count} seeds for {this} and the spaces inside, actual length: {list.Count}");
    }

    /// <summary>A seed for a space inside, as Gymnasium draws it.</summary>
    private protected Seed DrawSeed() => Rng.Integers(0L, int.MaxValue);

    /// <summary>A random value under a mask, or under probabilities.</summary>
    private protected abstract object SampleRestricted(object restriction, bool isProbability);
}
