using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Any number of values of one space.</summary>
/// <remarks>A value is a <see cref="TupleValue"/>, or, stacked, one batch of the values (<see cref="Space.Batch"/>). A mask
/// is a tuple (length, array of lengths to choose from or null; mask of the values or null). Source:
/// <c>gymnasium/spaces/sequence.py</c> 1.4.0.</remarks>
public sealed class Sequence : Space
{
    private const double StopProbability = 0.25;

    private readonly Space? _stackedSpace;

    /// <summary>Sequences of values of <paramref name="featureSpace"/>.</summary>
    /// <param name="featureSpace">The space of each value.</param>
    /// <param name="isStacked">Whether a sequence is one batch in place of a tuple.</param>
    public Sequence(Space featureSpace, bool isStacked = false)
        : base([SpaceLeaf.Variable])
    {
        ArgumentNullException.ThrowIfNull(featureSpace);
        FeatureSpace = featureSpace;
        IsStacked = isStacked;
        _stackedSpace = isStacked ? featureSpace.Batch(1) : null;
    }

    /// <summary>The space of each value.</summary>
    public Space FeatureSpace { get; }

    /// <summary>Whether a sequence is one batch in place of a tuple.</summary>
    public bool IsStacked { get; }

    /// <inheritdoc/>
    public override bool IsFlattenable => false;

    /// <inheritdoc/>
    public override object Sample() => Draw(Rng.Geometric(StopProbability), null, false);

    /// <inheritdoc/>
    public override bool Contains(object? value) => IsStacked
        ? value is not null && _stackedSpace!.TryIterate(value) is { } items && items.All(FeatureSpace.Contains)
        : value is TupleValue tuple && tuple.All(FeatureSpace.Contains);

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] ?? TupleValue.Of();

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] = IsStacked || value is TupleValue
        ? value
        : throw new ArgumentException($"{PythonText.Repr(value)} is not a value of {this}; pass a TupleValue.", nameof(value));

    /// <inheritdoc/>
    public override bool Equals(Space? other) =>
        other is Sequence sequence && FeatureSpace.Equals(sequence.FeatureSpace) && IsStacked == sequence.IsStacked;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Sequence), FeatureSpace, IsStacked);

    /// <inheritdoc/>
    public override string ToString() => $"Sequence({FeatureSpace}, stack={(IsStacked ? "True" : "False")})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => IsStacked
        ? _stackedSpace!.ToJsonable(samples)
        : samples.Select(object? (sample) => FeatureSpace.ToJsonable((TupleValue)sample!)).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) => IsStacked
        ? FeatureSpace.BatchesFromJsonable(jsonable)
        : [.. Jsonable.List(jsonable, this).Select(item => new TupleValue([.. FeatureSpace.FromJsonable(item!)]))];

    internal override Type NaturalType => typeof(TupleValue);

    /// <inheritdoc/>
    public override Space Flattened() => new Sequence(FeatureSpace.Flattened(), IsStacked);

    /// <inheritdoc/>
    public override object Flatten(object value) => Map(FeatureSpace, FeatureSpace.Flattened(), value, FeatureSpace.Flatten);

    /// <inheritdoc/>
    public override object Unflatten(object flat) => Map(FeatureSpace.Flattened(), FeatureSpace, flat, FeatureSpace.Unflatten);

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) =>
        other is Sequence sequence && IsStacked == sequence.IsStacked && FeatureSpace.HasSameDTypeAndShape(sequence.FeatureSpace);

    private protected override object EmptyValue() => IsStacked ? FeatureSpace.CreateEmpty(1) : TupleValue.Of();

    private object Map(Space from, Space to, object value, Func<object, object> map) => IsStacked
        ? Parts.MapBatch(from, to, value, map)
        : new TupleValue([.. ((TupleValue)value).Select(object? (item) => map(item!))]);

    private protected override Space CloneSpace() => new Sequence(FeatureSpace.Clone(), IsStacked);

    private protected override object SeedFromEntropy() => TupleValue.Of(SeedOwn(null), FeatureSpace.SeedAll(null));

    private protected override object SeedWith(Seed seed)
    {
        var own = base.SeedWith(seed);
        var feature = DrawSeed();
        base.SeedWith(seed);
        return TupleValue.Of(own, FeatureSpace.SeedAll(feature));
    }

    private protected override object SeedParts(object seeds)
    {
        var list = PartsOf(seeds, 2);
        return TupleValue.Of(SeedOwn(list[0]), FeatureSpace.SeedAll(list[1]));
    }

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var masks = CompositeMasks.Tuple(restriction, 2, isProbability);
        return Draw(Length(masks[0], isProbability ? "probability" : "mask"), masks[1], isProbability);
    }

    private object Draw(long length, object? mask, bool isProbability)
    {
        var values = new List<object?>();
        for (var i = 0L; i < length; i++)
        {
            values.Add(CompositeMasks.Sample(FeatureSpace, mask, isProbability));
        }

        return IsStacked ? FeatureSpace.Concatenate(values) : new TupleValue([.. values]);
    }

    private long Length(object? mask, string kind)
    {
        if (mask is null)
        {
            return Rng.Geometric(StopProbability);
        }

        if (mask is NDArray { Shape.Length: 1 } array && array.DType.IsInteger())
        {
            for (var i = 0; i < array.Length; i++)
            {
                if (BoxNumbers.LoadInteger(array, i) < 0)
                {
                    throw new ArgumentException(
                        $"Expects all values in the length_mask of `{kind}` to be greater than or equal to zero, actual values: {NumPyText.Format(array)}");
                }
            }

            return BoxNumbers.LoadInteger(array, Rng.Choice(array.Length));
        }

        if (mask is not (int or long or NumPyScalar))
        {
            throw new ArgumentException(
                $"Expects the type of length_mask of `{kind}` to be an integer or a one-dimensional array of integers, actual: {PythonText.Repr(mask)}");
        }

        var length = Jsonable.ToInt64(mask);
        return length >= 0
            ? length
            : throw new ArgumentException($"Expects the length mask of `{kind}` to be greater than or equal to zero, actual value: {length}");
    }
}
