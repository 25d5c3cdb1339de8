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
    private const int LargestSeed = 100_000_000;

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

    /// <summary>Number of elements of a flattened value.</summary>
    /// <exception cref="NotSupportedException">The space holds a sequence or graph.</exception>
    public virtual int FlatDimension() => throw HasNoFixedLength();

    /// <summary>The space of flattened values: a <see cref="Box"/>, or, with sequences or graphs inside, the same form over boxes.</summary>
    /// <remarks>Discrete values become one-hot, texts the numbers of their characters. Source: <c>gymnasium/spaces/utils.py</c> 1.4.0.</remarks>
    public abstract Space Flattened();

    /// <summary>A value as an array of one dimension, or, with sequences or graphs inside, the same form over arrays.</summary>
    /// <param name="value">A value of the space.</param>
    /// <exception cref="ArgumentException">The value does not fit the space.</exception>
    public abstract object Flatten(object value);

    /// <summary>The value that <see cref="Flatten"/> was given.</summary>
    /// <param name="flat">Its flattened form.</param>
    /// <exception cref="ArgumentException">It is no flattened value of the space.</exception>
    public abstract object Unflatten(object flat);

    /// <summary>The space of batches of <paramref name="n"/> values; its generator is a copy of this one.</summary>
    /// <remarks>A batch of arrays is an array with one more dimension; of tuples and dicts, a tuple or dict of batches; of others, a
    /// tuple of the values. Source: <c>gymnasium/vector/utils/space_utils.py</c> 1.4.0.</remarks>
    /// <param name="n">Number of values, at least 1.</param>
    public Space Batch(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return WithThisGenerator(BatchOf(n));
    }

    /// <summary>The space of batches with one value of each space: of one kind, dtype and shape, with bounds of their own.</summary>
    /// <remarks>Source: <c>gymnasium/vector/utils/space_utils.py</c> 1.4.0, <c>batch_differing_spaces</c>.</remarks>
    /// <param name="spaces">At least one; the result's generator is a copy of the first one's.</param>
    /// <exception cref="ArgumentException">There is no space, or kinds, dtypes, shapes, keys or lengths differ.</exception>
    public static Space BatchDiffering(params IReadOnlyList<Space> spaces)
    {
        if (spaces.Count == 0)
        {
            throw new ArgumentException("Expects a non-empty list of spaces", nameof(spaces));
        }

        return spaces.All(space => space.GetType() == spaces[0].GetType())
            ? spaces[0].WithThisGenerator(spaces[0].BatchOf(spaces))
            : throw new ArgumentException(
                $"Expects all spaces to be of the same type, actual types: [{string.Join(", ", spaces.Select(space => space.GetType().Name))}]", nameof(spaces));
    }

    /// <summary>The values in a batch; for a space that <see cref="Batch"/> made, for any number of values.</summary>
    /// <param name="batch">A batch of any number of values.</param>
    /// <exception cref="ArgumentException">It is no batch of that form.</exception>
    public IReadOnlyList<object?> Iterate(object batch) => TryIterate(batch)
        ?? throw new ArgumentException($"Unable to iterate over the following elements as over {this}: {PythonText.Repr(batch)}", nameof(batch));

    /// <summary>One batch of values of this space.</summary>
    /// <param name="values">Values of the space.</param>
    /// <exception cref="ArgumentException">A value has another form than the space.</exception>
    public virtual object Concatenate(IReadOnlyList<object?> values) => new TupleValue([.. values]);

    /// <summary>A batch of <paramref name="n"/> zero values; of spaces without arrays, of their simplest values.</summary>
    public virtual object CreateEmpty(int n) => new TupleValue([.. Enumerable.Range(0, n).Select(_ => EmptyValue())]);

    /// <summary>Whether two spaces are of one kind, dtype and shape, their parts too, so that their values can stand in one batch although
    /// bounds differ.</summary>
    /// <remarks>Source: <c>gymnasium/spaces/utils.py</c> 1.4.0, <c>is_space_dtype_shape_equiv</c>.</remarks>
    public abstract bool HasSameDTypeAndShape(Space other);

    /// <summary>The space as Gymnasium writes it.</summary>
    public abstract override string ToString();

    /// <summary>Whether the generator exists; asking for it would seed it.</summary>
    private protected bool HasRng => _rng is not null;

    /// <summary>The .NET type of <see cref="Sample()"/>.</summary>
    internal abstract Type NaturalType { get; }

    /// <summary>The spaces of the leaves, if all of them are arrays of fixed size that flatten one after the other; else null.</summary>
    internal virtual IReadOnlyList<ArraySpace>? FixedParts => null;

    /// <summary>Whether a batch has the form of a value, over batches; else it is a tuple of values.</summary>
    internal virtual bool IsBatchedByParts => false;

    /// <summary>Element type of the flattened form; only for spaces of fixed length.</summary>
    internal virtual DType FlatType => throw HasNoFixedLength();

    /// <summary>The values in a batch; null if it has not the form of one.</summary>
    internal virtual IReadOnlyList<object?>? TryIterate(object batch) => null;

    /// <summary>Batches from the JSON of the space of batches, whatever their number of values.</summary>
    internal virtual IReadOnlyList<object> BatchesFromJsonable(object jsonable) =>
        throw new NotSupportedException($"Batches of {this} have no JSON form that can be read back, in Gymnasium neither.");

    /// <summary>The space of batches of a number of values; copies of this one with seeds of their own where nothing better is known.</summary>
    private protected virtual Space BatchOf(int n)
    {
        var batch = new TupleSpace([.. Enumerable.Range(0, n).Select(_ => Clone())]);
        var rng = Rng.Clone();
        batch.SeedAll(new TupleValue([.. Enumerable.Range(0, n).Select(object? (_) => rng.Integers(0L, LargestSeed))]));
        return batch;
    }

    /// <summary>The space of batches with one value of each space, all of them of this kind.</summary>
    private protected virtual Space BatchOf(IReadOnlyList<Space> spaces) => new TupleSpace([.. spaces.Select(space => space.Clone())]);

    /// <summary>The simplest value, for a space whose batches are tuples of values.</summary>
    private protected virtual object EmptyValue() => TupleValue.Of();

    private protected NotSupportedException HasNoFixedLength() =>
        new($"{this} cannot be flattened to a numpy array, probably because it contains a `Graph` or `Sequence` subspace");

    private Space WithThisGenerator(Space batch)
    {
        batch.Rng = Rng.Clone();
        return batch;
    }

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
