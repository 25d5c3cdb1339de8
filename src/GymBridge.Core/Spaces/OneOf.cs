using System.Collections.Immutable;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>A value of one of several spaces, with the number of the space.</summary>
/// <remarks>A value is a <see cref="TupleValue"/> of the number (long) and the value. A mask is a tuple of masks. Source:
/// <c>gymnasium/spaces/oneof.py</c> 1.4.0.</remarks>
public sealed class OneOf : Space
{
    /// <summary>A choice of these spaces.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public OneOf(params ReadOnlySpan<Space> spaces)
        : base([SpaceLeaf.Variable])
    {
        Spaces = spaces.IsEmpty ? throw new ArgumentException("Empty `OneOf` spaces are not supported.", nameof(spaces)) : [.. spaces];
    }

    /// <summary>The spaces to choose from.</summary>
    public ImmutableArray<Space> Spaces { get; }

    /// <inheritdoc/>
    public override bool IsFlattenable => Spaces.All(space => space.IsFlattenable);

    /// <inheritdoc/>
    public override object Sample()
    {
        var index = Rng.Integers(0L, Spaces.Length);
        return TupleValue.Of(index, Spaces[(int)index].Sample());
    }

    /// <inheritdoc/>
    public override bool Contains(object? value) => value is TupleValue { Count: 2 } tuple
        && Index(tuple[0]) is { } index && index >= 0 && index < Spaces.Length && Spaces[(int)index].Contains(tuple[1]);

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) =>
        columns[0].Values![lane] ?? throw new InvalidOperationException($"Lane {lane} holds no value of {this} yet.");

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] = value is TupleValue { Count: 2 }
        ? value
        : throw new ArgumentException($"{PythonText.Repr(value)} is not a value of {this}; pass a TupleValue of number and value.", nameof(value));

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is OneOf oneOf && Spaces.AsSpan().SequenceEqual(oneOf.Spaces.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Spaces.Aggregate(nameof(OneOf).Length, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"OneOf({string.Join(", ", Spaces)})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(object? (sample) =>
    {
        var tuple = (TupleValue)sample!;
        var index = Index(tuple[0])!.Value;
        return new List<object?> { index, ((IReadOnlyList<object?>)ToList(Spaces[(int)index].ToJsonable([tuple[1]])))[0] };
    }).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) => [.. Jsonable.List(jsonable, this).Select(object (item) =>
    {
        var pair = (IReadOnlyList<object?>)item!;
        var index = Jsonable.ToInt64(pair[0]);
        return TupleValue.Of(index, Spaces[(int)index].FromJsonable(new List<object?> { pair[1] })[0]);
    })];

    private protected override Space CloneSpace() => new OneOf([.. Spaces.Select(space => space.Clone())]);

    private protected override object SeedFromEntropy() =>
        new TupleValue([SeedOwn(null), .. Spaces.Select(object? (space) => space.SeedAll(null))]);

    // The generator is seeded again after the draws: its own samples do not depend on the number of spaces.
    private protected override object SeedWith(Seed seed)
    {
        var own = base.SeedWith(seed);
        var seeds = Array.ConvertAll(new int[Spaces.Length], _ => DrawSeed());
        base.SeedWith(seed);
        return new TupleValue([own, .. Spaces.Select(object? (space, i) => space.SeedAll(seeds[i]))]);
    }

    private protected override object SeedParts(object seeds)
    {
        var list = PartsOf(seeds, Spaces.Length + 1);
        return new TupleValue([SeedOwn(list[0]), .. Spaces.Select(object? (space, i) => space.SeedAll(list[i + 1]))]);
    }

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        // The number is drawn before the mask is looked at, as in Gymnasium.
        var index = Rng.Integers(0L, Spaces.Length);
        var masks = CompositeMasks.Tuple(restriction, Spaces.Length, isProbability);
        return TupleValue.Of(index, CompositeMasks.Sample(Spaces[(int)index], masks[(int)index], isProbability));
    }

    private static object ToList(object jsonable) => jsonable is Info
        ? throw new NotSupportedException("Gymnasium cannot write a Dict inside OneOf as JSON either.")
        : jsonable;

    private static long? Index(object? value) => value switch
    {
        long number => number,
        int number => number,
        bool flag => flag ? 1 : 0,
        NumPyScalar { Value.DType: DType.Int64 } scalar => (long)scalar.Item,
        _ => null,
    };
}
