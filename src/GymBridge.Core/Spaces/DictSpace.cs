using System.Collections.Immutable;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Named values, one of each of several spaces; Gymnasium's <c>Dict</c>.</summary>
/// <remarks>A value is an <see cref="Info"/> with the same keys, in any order. The order of the spaces decides sampling. A mask
/// is an <see cref="Info"/> of masks. Source: <c>gymnasium/spaces/dict.py</c> 1.4.0; keys are strings here.</remarks>
public sealed class DictSpace : Space
{
    private readonly LeafRanges _ranges;

    /// <summary>Named spaces in the order given, as Gymnasium keeps it for pairs and keyword arguments.</summary>
    /// <exception cref="ArgumentException">A key comes twice, or a space is null.</exception>
    public DictSpace(params ReadOnlySpan<(string Key, Space Space)> spaces)
        : this(isSorted: false, [.. spaces])
    {
    }

    /// <summary>Named spaces sorted by key, as Gymnasium sorts those of a dict.</summary>
    public DictSpace(IReadOnlyDictionary<string, Space> spaces)
        : this(isSorted: true, [.. spaces.Select(item => (item.Key, item.Value))])
    {
    }

    private DictSpace(bool isSorted, ImmutableArray<(string Key, Space Space)> spaces)
        : base([.. InOrder(isSorted, spaces).SelectMany(item => (item.Space ?? throw new ArgumentException($"The space of '{item.Key}' is null.", nameof(spaces))).Leaves.Select(leaf => leaf.Under(item.Key)))])
    {
        Spaces = InOrder(isSorted, spaces);
        _ranges = new LeafRanges([.. Spaces.Select(item => item.Space)]);
        var twice = spaces.GroupBy(item => item.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new ArgumentException($"Dict space keyword '{twice.Key}' already exists in the spaces dictionary.", nameof(spaces));
        }
    }

    /// <summary>The names and spaces inside, in order.</summary>
    public ImmutableArray<(string Key, Space Space)> Spaces { get; }

    /// <summary>Whether spaces made from this one (batches, flattened spaces) sort their keys (<c>sort_keys</c>).</summary>
    /// <value>True.</value>
    public bool SortKeys { get; init; } = true;

    /// <summary>The space of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public Space this[string key] => Spaces.FirstOrDefault(item => item.Key == key).Space
        ?? throw new KeyNotFoundException($"There is no '{key}' in {this}.");

    /// <inheritdoc/>
    public override bool IsFlattenable => Spaces.All(item => item.Space.IsFlattenable);

    /// <inheritdoc/>
    public override object Sample() => Each((_, space) => space.Sample());

    /// <inheritdoc/>
    public override bool Contains(object? value) => value is Info info && info.Count == Spaces.Length
        && Spaces.All(item => info.TryGetValue(item.Key, out var part) && item.Space.Contains(part));

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane)
    {
        var value = new Info();
        for (var i = 0; i < Spaces.Length; i++)
        {
            value[Spaces[i].Key] = Spaces[i].Space.Read(columns[_ranges[i]], lane);
        }

        return value;
    }

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane)
    {
        var info = Fitting(value, "a value of");
        for (var i = 0; i < Spaces.Length; i++)
        {
            Spaces[i].Space.Write(info[Spaces[i].Key]!, columns[_ranges[i]], lane);
        }
    }

    /// <summary>Same keys with equal spaces, in any order, as in Gymnasium.</summary>
    public override bool Equals(Space? other) => other is DictSpace dict && dict.Spaces.Length == Spaces.Length
        && Spaces.All(item => dict.Spaces.Any(theirs => theirs.Key == item.Key && theirs.Space.Equals(item.Space)));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Spaces.Aggregate(Spaces.Length, (hash, item) => hash ^ HashCode.Combine(item.Key.GetHashCode(StringComparison.Ordinal), item.Space));

    /// <inheritdoc/>
    public override string ToString() => $"Dict({string.Join(", ", Spaces.Select(item => $"{PythonText.Repr(item.Key)}: {item.Space}"))})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) =>
        Each((key, space) => space.ToJsonable([.. samples.Select(sample => ((Info)sample!)[key])]));

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable)
    {
        var info = Fitting(jsonable, "samples of");
        var columns = Spaces.Select(item => (item.Key, Values: item.Space.FromJsonable(info[item.Key]!))).ToList();
        return columns.Count == 0
            ? []
            : [.. Enumerable.Range(0, columns[0].Values.Count).Select(n => Each((key, _) => columns.First(column => column.Key == key).Values[n]))];
    }

    internal override Type NaturalType => typeof(Info);

    internal override IReadOnlyList<ArraySpace>? FixedParts => Parts.Join(Inner);

    internal override bool IsBatchedByParts => true;

    internal override DType FlatType => NumPyPromotion.Promote(Inner.Select(space => space.FlatType));

    private ImmutableArray<Space> Inner => [.. Spaces.Select(item => item.Space)];

    /// <inheritdoc/>
    public override int FlatDimension() => IsFlattenable ? Inner.Sum(space => space.FlatDimension()) : throw HasNoFixedLength();

    /// <inheritdoc/>
    public override Space Flattened() => IsFlattenable
        ? Box.Join([.. Inner.Select(space => (Box)space.Flattened())])
        : Map(space => space.Flattened());

    /// <inheritdoc/>
    public override object Flatten(object value) => IsFlattenable
        ? NumPyPromotion.Concatenate([.. Spaces.Select(item => (NDArray)item.Space.Flatten(((Info)value)[item.Key]!))])
        : Each((key, space) => space.Flatten(((Info)value)[key]!));

    /// <inheritdoc/>
    public override object Unflatten(object flat)
    {
        if (flat is not NDArray array || !IsFlattenable)
        {
            return Each((key, space) => space.Unflatten(((Info)flat)[key]!));
        }

        var parts = new Queue<NDArray>(Parts.Split(Inner, array));
        return Each((_, space) => space.Unflatten(parts.Dequeue()));
    }

    /// <inheritdoc/>
    public override object Concatenate(IReadOnlyList<object?> values) =>
        Each((key, space) => space.Concatenate([.. values.Select(value => ((Info)value!)[key])]));

    /// <inheritdoc/>
    public override object CreateEmpty(int n) => Each((_, space) => space.CreateEmpty(n));

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) => other is DictSpace dict && dict.Spaces.Length == Spaces.Length
        && Spaces.All(item => dict.Spaces.Any(theirs => theirs.Key == item.Key && item.Space.HasSameDTypeAndShape(theirs.Space)));

    internal override IReadOnlyList<object?>? TryIterate(object batch)
    {
        if (batch is not Info info || Spaces.Any(item => !info.ContainsKey(item.Key)))
        {
            return null;
        }

        return Parts.Rows(Inner, [.. Spaces.Select(item => info[item.Key])], row =>
        {
            var parts = new Queue<object?>(row);
            return Each((_, _) => parts.Dequeue());
        });
    }

    internal override IReadOnlyList<object> BatchesFromJsonable(object jsonable)
    {
        var batches = Spaces.ToDictionary(item => item.Key, item => item.Space.BatchesFromJsonable(((Info)jsonable)[item.Key]!));
        return [.. Enumerable.Range(0, batches[Spaces[0].Key].Count).Select(n => Each((key, _) => batches[key][n]))];
    }

    private protected override Space BatchOf(int n) => Map(space => space.Batch(n));

    private protected override Space BatchOf(IReadOnlyList<Space> spaces)
    {
        DictSpace[] dicts = [.. spaces.Cast<DictSpace>()];
        var keys = Spaces.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        return dicts.All(dict => keys.SetEquals(dict.Spaces.Select(item => item.Key)))
            ? MapKeys(key => BatchDiffering([.. dicts.Select(dict => dict[key])]))
            : throw new ArgumentException(
                $"Expected all Dict spaces to have the same keys, actually [{string.Join(", ", dicts.Select(dict => $"[{string.Join(", ", dict.Spaces.Select(item => PythonText.Repr(item.Key)))}]"))}]");
    }

    private protected override Space CloneSpace() =>
        new DictSpace(isSorted: false, [.. Spaces.Select(item => (item.Key, item.Space.Clone()))]) { SortKeys = SortKeys };

    private protected override object SeedFromEntropy() => Each((_, space) => space.SeedAll(null));

    private protected override object SeedWith(Seed seed)
    {
        base.SeedWith(seed);
        var seeds = Spaces.ToDictionary(item => item.Key, _ => DrawSeed());
        return Each((key, space) => space.SeedAll(seeds[key]));
    }

    private protected override object SeedParts(object seeds)
    {
        if (seeds is not Info info)
        {
            throw new ArgumentException($"Expected seed type: dict, int or None, actual type: {seeds.GetType().Name}");
        }

        Fitting(info, "seeds of");
        return Each((key, space) => space.SeedAll(info[key]));
    }

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var masks = Fitting(restriction, isProbability ? "sample probability of" : "sample mask of");
        return Each((key, space) => CompositeMasks.Sample(space, masks[key], isProbability));
    }

    /// <summary>A space of the same keys, in the order that Gymnasium gives to spaces made from this one.</summary>
    internal DictSpace Map(Func<Space, Space> map) =>
        MapKeys(key => map(this[key]));

    /// <summary>A space of the same keys and other spaces, in the order that Gymnasium gives to spaces made from this one.</summary>
    internal DictSpace MapKeys(Func<string, Space> map) =>
        new(SortKeys, [.. Spaces.Select(item => (item.Key, map(item.Key)))]) { SortKeys = SortKeys };

    private static ImmutableArray<(string Key, Space Space)> InOrder(bool isSorted, ImmutableArray<(string Key, Space Space)> spaces) =>
        isSorted ? [.. spaces.OrderBy(item => item.Key, StringComparer.Ordinal)] : spaces;

    private Info Each(Func<string, Space, object?> value)
    {
        var info = new Info();
        foreach (var (key, space) in Spaces)
        {
            info[key] = value(key, space);
        }

        return info;
    }

    private Info Fitting(object value, string what) => value is Info info && info.Count == Spaces.Length && Spaces.All(item => info.ContainsKey(item.Key))
        ? info
        : throw new ArgumentException(
            $"{PythonText.Repr(value)} is not {what} {this}; pass an Info with the keys [{string.Join(", ", Spaces.Select(item => item.Key))}].");
}
