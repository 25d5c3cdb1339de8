using System.Collections.Immutable;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Arrays of zeros and ones: int8, of any shape.</summary>
/// <remarks>Source: <c>gymnasium/spaces/multi_binary.py</c> 1.4.0. A mask is an int8 array of the shape of 0, 1 and 2, where 2
/// leaves the element to chance; probabilities are a float64 array of the shape, how likely each element is 1.</remarks>
public sealed class MultiBinary : ArraySpace
{
    /// <summary>One-dimensional arrays of <paramref name="n"/> elements.</summary>
    /// <exception cref="ArgumentException">n is not positive.</exception>
    public MultiBinary(int n)
        : this([n], isFlat: true)
    {
    }

    /// <summary>int8 arrays of any shape whose elements are 0 or 1.</summary>
    /// <exception cref="ArgumentException">An extent is not positive.</exception>
    public MultiBinary(ReadOnlySpan<int> shape)
        : this(shape, isFlat: false)
    {
    }

    private MultiBinary(ReadOnlySpan<int> shape, bool isFlat)
        : base(DType.Int8, Check(shape)) => IsFlat = isFlat;

    /// <summary>Whether it was made from a number of elements, so that Python's <c>n</c> is that number and no tuple.</summary>
    public bool IsFlat { get; }

    /// <inheritdoc/>
    public override object Sample()
    {
        var value = new NDArray(DType.Int8, Shape);
        Rng.Integers<sbyte>(0, 2, value.AsSpan<sbyte>());
        return value;
    }

    /// <inheritdoc/>
    public override bool Contains(object? value)
    {
        var array = value switch
        {
            NDArray given => given,
            Array { Rank: 1 } given when DTypes.TryOf(given.GetType().GetElementType()!, out var dtype) =>
                BoxNumbers.FromArray(given, dtype, [given.Length]),
            _ => null,
        };
        if (array is null || !array.Shape.AsSpan().SequenceEqual(Shape))
        {
            return false;
        }

        for (var i = 0; i < array.Length; i++)
        {
            if (BoxNumbers.Load(array, i) is not (0 or 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => NDArray.FromBytes(DType.Int8, Shape, columns[0].Lane(lane));

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => ArrayLane.Write(value, this, DType.Int8, Shape, columns[0], lane);

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is MultiBinary space && Shape.SequenceEqual(space.Shape) && IsFlat == space.IsFlat;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(MultiBinary), Leaves[0].Elements);

    /// <inheritdoc/>
    public override string ToString() => $"MultiBinary({(IsFlat ? Shape[0] : NDArray.ShapeText(Shape))})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(sample => Jsonable.FromArray((NDArray)sample!)).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) =>
        [.. Jsonable.List(jsonable, this).Select(item => (object)Jsonable.ToArray(item, DType.Int8, Shape))];

    /// <inheritdoc/>
    public override Space Flattened() => new Box(0, 1, [FlatDimension()], DType);

    /// <inheritdoc/>
    public override object Flatten(object value) => Row(value);

    /// <inheritdoc/>
    public override object Unflatten(object flat) => NumPyPromotion.Cast((NDArray)flat, DType).Reshape(Shape);

    private protected override Space BatchOf(int n) => new Box(0, 1, [n, .. Shape], DType);

    private protected override Space BatchOf(IReadOnlyList<Space> spaces) =>
        new Box(0, 1, [spaces.Count, .. SameShape([.. spaces.Cast<ArraySpace>()])], DType);

    private protected override Space CloneSpace() => new MultiBinary(Shape, IsFlat);

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var array = CheckRestriction(restriction, isProbability);
        var value = new NDArray(DType.Int8, Shape);
        var elements = value.AsSpan<sbyte>();
        if (isProbability)
        {
            for (var i = 0; i < elements.Length; i++)
            {
                elements[i] = Rng.Random() <= array.AsSpan<double>()[i] ? (sbyte)1 : (sbyte)0;
            }

            return value;
        }

        // All elements are drawn, also those that the mask decides.
        Rng.Integers<sbyte>(0, 2, elements);
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = array.AsSpan<sbyte>()[i] == 2 ? elements[i] : array.AsSpan<sbyte>()[i];
        }

        return value;
    }

    private NDArray CheckRestriction(object restriction, bool isProbability)
    {
        var (kind, dtype) = isProbability ? ("probability", DType.Float64) : ("mask", DType.Int8);
        if (restriction is not NDArray array || array.DType != dtype || !array.Shape.AsSpan().SequenceEqual(Shape))
        {
            throw new ArgumentException(
                $"The expected {kind} of {this} is a {dtype.Name()} array of shape {NDArray.ShapeText(Shape)}, actual: {PythonText.Repr(restriction)}");
        }

        for (var i = 0; i < array.Length; i++)
        {
            var number = BoxNumbers.Load(array, i);
            if (isProbability ? !(number is >= 0 and <= 1) : number is not (0 or 1 or 2))
            {
                throw new ArgumentException(
                    $"All values of a {kind} should be {(isProbability ? "between 0 and 1" : "0, 1 or 2")}, actual values: {NumPyText.Format(array)}");
            }
        }

        return array;
    }

    private static ImmutableArray<int> Check(ReadOnlySpan<int> shape)
    {
        foreach (var extent in shape)
        {
            if (extent <= 0)
            {
                throw new ArgumentException($"n (counts) have to be positive, got {NDArray.ShapeText(shape)}", nameof(shape));
            }
        }

        return [.. shape];
    }
}
