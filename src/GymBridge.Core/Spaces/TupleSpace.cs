using System.Collections.Immutable;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Tuples with one value of each of several spaces; Gymnasium's <c>Tuple</c>.</summary>
/// <remarks>A value is a <see cref="TupleValue"/>; lists are accepted as values. A mask is a tuple of masks. Source:
/// <c>gymnasium/spaces/tuple.py</c> 1.4.0.</remarks>
public sealed class TupleSpace : Space
{
    private readonly LeafRanges _ranges;

    /// <summary>Tuples with one element of each of these spaces, in their order.</summary>
    /// <exception cref="ArgumentException">A space is null.</exception>
    public TupleSpace(params ReadOnlySpan<Space> spaces)
        : this(new LeafRanges(spaces), [.. spaces])
    {
    }

    private TupleSpace(LeafRanges ranges, ImmutableArray<Space> spaces)
        : base([.. spaces.SelectMany((space, i) => space.Leaves.Select(leaf => leaf.Under($"{i}")))])
    {
        Spaces = spaces;
        _ranges = ranges;
    }

    /// <summary>The spaces of the elements, in their order.</summary>
    public ImmutableArray<Space> Spaces { get; }

    /// <inheritdoc/>
    public override bool IsFlattenable => Spaces.All(space => space.IsFlattenable);

    /// <inheritdoc/>
    public override object Sample() => new TupleValue([.. Spaces.Select(object? (space) => space.Sample())]);

    /// <inheritdoc/>
    public override bool Contains(object? value)
    {
        if (value is not IReadOnlyList<object?> items || items.Count != Spaces.Length)
        {
            return false;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (!Spaces[i].Contains(items[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane)
    {
        var items = new object?[Spaces.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Spaces[i].Read(columns[_ranges[i]], lane);
        }

        return TupleValue.Of(items);
    }

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane)
    {
        if (value is not IReadOnlyList<object?> items || items.Count != Spaces.Length)
        {
            throw new ArgumentException(
                $"{PythonText.Repr(value)} ({value.GetType().Name}) does not fit {this}; pass a TupleValue of {Spaces.Length} elements.", nameof(value));
        }

        for (var i = 0; i < items.Count; i++)
        {
            Spaces[i].Write(items[i]!, columns[_ranges[i]], lane);
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is TupleSpace tuple && Spaces.AsSpan().SequenceEqual(tuple.Spaces.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Spaces.Aggregate(nameof(TupleSpace).Length, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"Tuple({string.Join(", ", Spaces)})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => Spaces
        .Select(object? (space, i) => space.ToJsonable([.. samples.Select(sample => ((IReadOnlyList<object?>)sample!)[i])]))
        .ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable)
    {
        var columns = Jsonable.List(jsonable, this).Select((part, i) => Spaces[i].FromJsonable(part!)).ToList();
        return columns.Count == 0
            ? []
            : [.. Enumerable.Range(0, columns[0].Count).Select(n => new TupleValue([.. columns.Select(object? (column) => column[n])]))];
    }

    internal override Type NaturalType => typeof(TupleValue);

    internal override IReadOnlyList<ArraySpace>? FixedParts => Parts.Join(Spaces);

    internal override bool IsBatchedByParts => true;

    internal override DType FlatType => NumPyPromotion.Promote(Spaces.Select(space => space.FlatType));

    /// <inheritdoc/>
    public override int FlatDimension() => IsFlattenable ? Spaces.Sum(space => space.FlatDimension()) : throw HasNoFixedLength();

    /// <inheritdoc/>
    public override Space Flattened() => IsFlattenable
        ? Box.Join([.. Spaces.Select(space => (Box)space.Flattened())])
        : new TupleSpace([.. Spaces.Select(space => space.Flattened())]);

    /// <inheritdoc/>
    public override object Flatten(object value)
    {
        var items = Spaces.Select(object? (space, i) => space.Flatten(((IReadOnlyList<object?>)value)[i]!)).ToList();
        return IsFlattenable ? NumPyPromotion.Concatenate([.. items.Cast<NDArray>()]) : new TupleValue([.. items]);
    }

    /// <inheritdoc/>
    public override object Unflatten(object flat)
    {
        IReadOnlyList<object?> items = IsFlattenable ? Parts.Split(Spaces, (NDArray)flat) : (TupleValue)flat;
        return new TupleValue([.. Spaces.Select(object? (space, i) => space.Unflatten(items[i]!))]);
    }

    /// <inheritdoc/>
    public override object Concatenate(IReadOnlyList<object?> values) => new TupleValue([.. Spaces.Select(object? (space, i) =>
        space.Concatenate([.. values.Select(value => ((IReadOnlyList<object?>)value!)[i])]))]);

    /// <inheritdoc/>
    public override object CreateEmpty(int n) => new TupleValue([.. Spaces.Select(object? (space) => space.CreateEmpty(n))]);

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) => other is TupleSpace tuple && Parts.AreEquivalent(Spaces, tuple.Spaces);

    internal override IReadOnlyList<object?>? TryIterate(object batch)
    {
        if (batch is not IReadOnlyList<object?> parts)
        {
            return null;
        }

        // A batch of texts, graphs, sequences or choices is a tuple of them.
        return Spaces.Any(space => !space.IsBatchedByParts)
            ? [.. parts]
            : parts.Count == Spaces.Length ? Parts.Rows(Spaces, parts, row => new TupleValue([.. row])) : null;
    }

    internal override IReadOnlyList<object> BatchesFromJsonable(object jsonable)
    {
        var parts = Jsonable.List(jsonable, this).Select((part, i) => Spaces[i].BatchesFromJsonable(part!)).ToList();
        return [.. Enumerable.Range(0, parts[0].Count).Select(n => new TupleValue([.. parts.Select(object? (part) => part[n])]))];
    }

    private protected override Space BatchOf(int n) => new TupleSpace([.. Spaces.Select(space => space.Batch(n))]);

    private protected override Space BatchOf(IReadOnlyList<Space> spaces)
    {
        TupleSpace[] tuples = [.. spaces.Cast<TupleSpace>()];
        return tuples.All(tuple => tuple.Spaces.Length == Spaces.Length)
            ? new TupleSpace([.. Enumerable.Range(0, Spaces.Length).Select(i => BatchDiffering([.. tuples.Select(tuple => tuple.Spaces[i])]))])
            : throw new ArgumentException($"Expected all Tuple spaces to have the same length, actually [{string.Join(", ", tuples.Select(tuple => tuple.Spaces.Length))}]");
    }

    private protected override Space CloneSpace() => new TupleSpace([.. Spaces.Select(space => space.Clone())]);

    private protected override object SeedFromEntropy() => new TupleValue([.. Spaces.Select(object? (space) => space.SeedAll(null))]);

    private protected override object SeedWith(Seed seed)
    {
        base.SeedWith(seed);
        var seeds = Array.ConvertAll(new int[Spaces.Length], _ => DrawSeed());
        return new TupleValue([.. Spaces.Select(object? (space, i) => space.SeedAll(seeds[i]))]);
    }

    private protected override object SeedParts(object seeds)
    {
        if (seeds is not IReadOnlyList<object?> list)
        {
            throw new ArgumentException($"Expected seed type: list, tuple, int or None, actual type: {seeds.GetType().Name}");
        }

        return list.Count == Spaces.Length
            ? new TupleValue([.. Spaces.Select(object? (space, i) => space.SeedAll(list[i]))])
            : throw new ArgumentException(
                $"Expects that the subspaces of seeds equals the number of subspaces. Actual length of seeds: {list.Count}, length of subspaces: {Spaces.Length}");
    }

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var masks = CompositeMasks.Tuple(restriction, Spaces.Length, isProbability);
        return new TupleValue([.. Spaces.Select(object? (space, i) => CompositeMasks.Sample(space, masks[i], isProbability))]);
    }
}
