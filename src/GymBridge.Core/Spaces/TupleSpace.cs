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

    /// <summary>Tuples over these spaces.</summary>
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

    /// <summary>The spaces inside.</summary>
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
