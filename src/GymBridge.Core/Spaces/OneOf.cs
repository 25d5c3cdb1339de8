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

    internal override Type NaturalType => typeof(TupleValue);

    // The number of the space must fit as well.
    internal override DType FlatType
    {
        get
        {
            var (dtype, last) = (NumPyPromotion.Promote(Spaces.Select(space => space.FlatType)), Spaces.Length - 1);
            var fits = !((dtype == DType.Bool && last > 1) || (dtype == DType.Int8 && last > sbyte.MaxValue) || (dtype == DType.UInt8 && last > byte.MaxValue));
            return fits ? dtype : NumPyPromotion.Promote(dtype, last <= byte.MaxValue ? DType.UInt8 : DType.UInt16);
        }
    }

    /// <inheritdoc/>
    public override int FlatDimension() => IsFlattenable ? 1 + Spaces.Max(space => space.FlatDimension()) : throw HasNoFixedLength();

    /// <summary>A box that starts with the number of the space; all other elements have the least and greatest bounds of all spaces.</summary>
    /// <exception cref="ArgumentException">A space has no elements, as in Gymnasium.</exception>
    public override Space Flattened()
    {
        var length = FlatDimension();
        var boxes = Spaces.Select(space => (Box)space.Flattened()).ToList();
        if (boxes.Any(box => box.Low.Length == 0))
        {
            throw new ArgumentException($"{this} cannot be flattened: zero-size array to reduction operation minimum which has no identity.");
        }

        var (low, high) = (new double[length], new double[length]);
        Array.Fill(low, boxes.Min(box => Numbers(box.Low).Min()));
        Array.Fill(high, boxes.Max(box => Numbers(box.High).Max()));
        (low[0], high[0]) = (0, Spaces.Length - 1);
        return new Box(NDArray.From(low), NDArray.From(high), FlatType);
    }

    /// <inheritdoc/>
    public override object Flatten(object value)
    {
        var tuple = (TupleValue)value;
        var index = Jsonable.ToInt64(tuple[0]);
        var flat = (NDArray)Spaces[(int)index].Flatten(tuple[1]!);
        var dtype = FlatType;
        var result = new NDArray(dtype, FlatDimension());
        Jsonable.SetItem(result, 0, index);
        var cast = NumPyPromotion.Cast(flat, dtype);
        var size = dtype.ItemSize();
        for (var i = 1; i < result.Length; i++)
        {
            // What is too short repeats its first element.
            cast.Bytes.Slice((i - 1 < cast.Length ? i - 1 : 0) * size, size).CopyTo(result.Bytes[(i * size)..]);
        }

        return result;
    }

    /// <inheritdoc/>
    public override object Unflatten(object flat)
    {
        var array = (NDArray)flat;
        var index = (long)BoxNumbers.Load(array, 0);
        var space = Spaces[(int)index];
        return TupleValue.Of(index, space.Unflatten(NumPyPromotion.Cast(array.Slice(1, space.FlatDimension()), space.FlatType)));
    }

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) => other is OneOf oneOf && Parts.AreEquivalent(Spaces, oneOf.Spaces);

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

    private static IEnumerable<double> Numbers(NDArray array) => Enumerable.Range(0, array.Length).Select(i => BoxNumbers.Load(array, i));

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
