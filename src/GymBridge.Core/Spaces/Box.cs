using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Arrays of one shape and element type whose elements lie between two bounds, inclusive.</summary>
/// <remarks>Source: <c>gymnasium/spaces/box.py</c> 1.4.0. An infinite bound of an integer box is stored as the limit of
/// the type and remembered as unbounded, which decides how values are sampled. That is so for an array of bounds too: there
/// Gymnasium casts 2^63 to int64, which gives the least int64 on x86, the greatest on ARM.</remarks>
public sealed class Box : ArraySpace
{
    private readonly bool[] _boundedBelow;
    private readonly bool[] _boundedAbove;

    /// <summary>A box with the same bounds for each element.</summary>
    /// <param name="low">Lower bound; negative infinity for none.</param>
    /// <param name="high">Upper bound; infinity for none.</param>
    /// <param name="shape">Shape of a value.</param>
    /// <param name="dtype">Element type.</param>
    /// <exception cref="ArgumentException">A bound is NaN or does not fit the element type.</exception>
    public Box(double low, double high, ReadOnlySpan<int> shape, DType dtype = DType.Float32)
        : this(Filled(low, shape), Filled(high, shape), dtype)
    {
    }

    /// <summary>A box with bounds for each element, rounded to <paramref name="dtype"/>.</summary>
    /// <param name="low">float64 array of lower bounds.</param>
    /// <param name="high">float64 array of upper bounds, of the same shape.</param>
    /// <param name="dtype">Element type.</param>
    /// <exception cref="ArgumentException">The shapes differ, a bound is NaN or does not fit the element type.</exception>
    public Box(NDArray low, NDArray high, DType dtype = DType.Float32)
        : this(
            Cast(low, dtype, nameof(low)),
            Cast(high, dtype, nameof(high)),
            Array.ConvertAll(low.ToArray<double>(), bound => bound > double.NegativeInfinity),
            Array.ConvertAll(high.ToArray<double>(), bound => bound < double.PositiveInfinity))
    {
    }

    /// <summary>A box from bounds that already have the element type, as the wire brings them.</summary>
    /// <param name="low">Lower bounds.</param>
    /// <param name="high">Upper bounds, same type and shape.</param>
    /// <param name="boundedBelow">For each element whether it has a lower bound.</param>
    /// <param name="boundedAbove">For each element whether it has an upper bound.</param>
    /// <exception cref="ArgumentException">Types, shapes or lengths differ.</exception>
    public Box(NDArray low, NDArray high, bool[] boundedBelow, bool[] boundedAbove)
        : base(low.DType, low.Shape)
    {
        if (low.DType != high.DType || !low.Shape.AsSpan().SequenceEqual(high.Shape.AsSpan()))
        {
            throw new ArgumentException($"Box bounds must agree in dtype and shape, got low {low} and high {high}.", nameof(high));
        }

        if (boundedBelow.Length != low.Length || boundedAbove.Length != low.Length)
        {
            throw new ArgumentException(
                $"Box of {low.Length} elements got {boundedBelow.Length} and {boundedAbove.Length} bounded flags.", nameof(boundedBelow));
        }

        for (var i = 0; i < low.Length; i++)
        {
            if (!(BoxNumbers.Compare(low, i, high, i) <= 0))
            {
                throw new ArgumentException(
                    $"Box all low values must be less than or equal to high (some values break this), low={NumPyText.Format(low)}, high={NumPyText.Format(high)}",
                    nameof(low));
            }
        }

        Low = low;
        High = high;
        _boundedBelow = boundedBelow;
        _boundedAbove = boundedAbove;
    }

    /// <summary>Lower bounds, in the element type. Do not change its elements.</summary>
    public NDArray Low { get; }

    /// <summary>Upper bounds, in the element type. Do not change its elements.</summary>
    public NDArray High { get; }

    /// <summary>For each element whether it has a lower bound.</summary>
    public ReadOnlySpan<bool> BoundedBelow => _boundedBelow;

    /// <summary>For each element whether it has an upper bound.</summary>
    public ReadOnlySpan<bool> BoundedAbove => _boundedAbove;

    /// <inheritdoc/>
    public override object Sample() => SampleValue();

    /// <summary>A random array: normal where unbounded, exponential from a single bound, uniform between two.</summary>
    public NDArray SampleValue()
    {
        var sample = new double[Low.Length];
        for (var i = 0; i < sample.Length; i++)
        {
            if (!_boundedBelow[i] && !_boundedAbove[i])
            {
                sample[i] = Rng.Normal();
            }
        }

        for (var i = 0; i < sample.Length; i++)
        {
            if (_boundedBelow[i] && !_boundedAbove[i])
            {
                sample[i] = Rng.Exponential() + LowAt(i);
            }
        }

        for (var i = 0; i < sample.Length; i++)
        {
            if (!_boundedBelow[i] && _boundedAbove[i])
            {
                sample[i] = -Rng.Exponential() + SampleHighAt(i);
            }
        }

        for (var i = 0; i < sample.Length; i++)
        {
            if (_boundedBelow[i] && _boundedAbove[i])
            {
                sample[i] = Rng.Uniform(LowAt(i), SampleHighAt(i));
            }
        }

        var value = new NDArray(DType, Shape);
        for (var i = 0; i < sample.Length; i++)
        {
            BoxNumbers.Store(value, i, DType.IsFloatingPoint() ? sample[i] : BoxNumbers.ClipToInteger(Math.Floor(sample[i]), DType));
        }

        if (DType == DType.Int64)
        {
            // float64 cannot tell integers apart near the limits of int64: clip again, exactly.
            var elements = value.AsSpan<long>();
            var low = Low.AsSpan<long>();
            var high = High.AsSpan<long>();
            for (var i = 0; i < elements.Length; i++)
            {
                elements[i] = Math.Min(Math.Max(elements[i], low[i]), high[i]);
            }
        }

        return value;
    }

    /// <summary>Whether <paramref name="value"/> is an array of the shape, of a type that casts safely, with every element
    /// between the bounds. A number is first cast to the element type, whatever its own, as Gymnasium does with all that is no
    /// array; then it counts as an array of shape (). A flat .NET array counts as one of the shape if its length fits.</summary>
    public override bool Contains(object? value) => value switch
    {
        NDArray array => BoxNumbers.CanCast(array.DType, DType)
            && array.Shape.AsSpan().SequenceEqual(Shape)
            && BoxNumbers.AllBetween(array, Low, High),
        NumPyScalar scalar => Shape.IsEmpty && ScalarCast.TryCast(scalar.Item, DType, wraps: true, out var array) && BoxNumbers.AllBetween(array, Low, High),
        bool or int or long or double => Shape.IsEmpty && ScalarCast.TryCast(value, DType, wraps: false, out var array)
            && BoxNumbers.AllBetween(array, Low, High),
        float or Half => Shape.IsEmpty && ScalarCast.TryCast(value, DType, wraps: true, out var array) && BoxNumbers.AllBetween(array, Low, High),
        Array { Rank: 1 } array when DTypes.TryOf(array.GetType().GetElementType()!, out var dtype) =>
            array.Length == Low.Length && Contains(BoxNumbers.FromArray(array, dtype, Shape)),
        _ => false,
    };

    /// <summary>Whether every element has a lower bound, an upper bound, or both (<c>is_bounded</c>).</summary>
    /// <param name="below">Ask for lower bounds.</param>
    /// <param name="above">Ask for upper bounds.</param>
    public bool IsBounded(bool below = true, bool above = true) =>
        (!below || !_boundedBelow.Contains(false)) && (!above || !_boundedAbove.Contains(false));

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => NDArray.FromBytes(DType, Shape, columns[0].Lane(lane));

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => ArrayLane.Write(value, this, DType, Shape, columns[0], lane);

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(sample => Jsonable.FromArray((NDArray)sample!)).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) =>
        [.. Jsonable.List(jsonable, this).Select(item => (object)Jsonable.ToArray(item, DType, Shape))];

    /// <inheritdoc/>
    public override Space Flattened() => new Box(Low.Flatten(), High.Flatten(), _boundedBelow, _boundedAbove);

    /// <inheritdoc/>
    public override object Flatten(object value) => Row(value);

    /// <inheritdoc/>
    public override object Unflatten(object flat) => NumPyPromotion.Cast((NDArray)flat, DType).Reshape(Shape);

    /// <summary>One box over the elements of several, of one dimension each.</summary>
    internal static Box Join(IReadOnlyList<Box> boxes) => new(
        NumPyPromotion.Concatenate([.. boxes.Select(box => box.Low)]),
        NumPyPromotion.Concatenate([.. boxes.Select(box => box.High)]),
        [.. boxes.SelectMany(box => box._boundedBelow)],
        [.. boxes.SelectMany(box => box._boundedAbove)]);

    /// <summary>A box with one more dimension over boxes of one shape and type.</summary>
    internal static Box Stack(IReadOnlyList<Box> boxes)
    {
        // Integer bounds stand as numbers in the batch, so that none of its elements counts as unbounded.
        var isFloat = boxes[0].DType.IsFloatingPoint();
        return new Box(
            NDArray.Stack([.. boxes.Select(box => box.Low)]),
            NDArray.Stack([.. boxes.Select(box => box.High)]),
            Flags(box => box._boundedBelow),
            Flags(box => box._boundedAbove));

        bool[] Flags(Func<Box, bool[]> bounded)
        {
            var length = boxes[0].Low.Length;
            var flags = new bool[boxes.Count * length];
            for (var i = 0; i < boxes.Count; i++)
            {
                bounded(boxes[i]).CopyTo(flags, i * length);
            }

            if (!isFloat)
            {
                Array.Fill(flags, true);
            }

            return flags;
        }
    }

    private protected override Space BatchOf(int n) => Stack([.. Enumerable.Repeat(this, n)]);

    private protected override Space BatchOf(IReadOnlyList<Space> spaces)
    {
        Box[] boxes = [.. spaces.Cast<Box>()];
        _ = SameShape(boxes);
        _ = SameDType(boxes);
        return Stack(boxes);
    }

    private protected override Space CloneSpace() => new Box(Low, High, _boundedBelow, _boundedAbove);

    private protected override object SampleRestricted(object restriction, bool isProbability) => throw new GymBridgeException(
        $"Box.sample cannot be provided a {(isProbability ? "probability " : string.Empty)}mask, actual value: {PythonText.Repr(restriction)}");

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is Box box && Low.Equals(box.Low) && High.Equals(box.High)
        && _boundedBelow.AsSpan().SequenceEqual(box._boundedBelow) && _boundedAbove.AsSpan().SequenceEqual(box._boundedAbove);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Box), Low, High);

    /// <inheritdoc/>
    public override string ToString() => $"Box({Bound(Low)}, {Bound(High)}, {NDArray.ShapeText(Shape)}, {DType.Name()})";

    private static NDArray Filled(double value, ReadOnlySpan<int> shape)
    {
        var array = new NDArray(DType.Float64, shape);
        array.AsSpan<double>().Fill(value);
        return array;
    }

    private static NDArray Cast(NDArray bounds, DType dtype, string name)
    {
        if (bounds.DType != DType.Float64)
        {
            throw new ArgumentException($"Box bounds are given as float64 arrays, got {bounds}.", name);
        }

        var cast = new NDArray(dtype, bounds.Shape.AsSpan());
        var source = bounds.AsSpan<double>();
        for (var i = 0; i < source.Length; i++)
        {
            BoxNumbers.StoreBound(cast, i, source[i], name);
        }

        return cast;
    }

    private static string Bound(NDArray bounds)
    {
        var (least, greatest) = BoxNumbers.Extremes(bounds);
        return bounds.Length != 0 && BoxNumbers.Compare(bounds, least, bounds, greatest) == 0
            ? PythonText.Str(bounds.GetItem(least))
            : NumPyText.Format(bounds);
    }

    private double LowAt(int index) => BoxNumbers.Load(Low, index);

    // Integers are drawn below high + 1, so that high itself can come up after the floor.
    private double SampleHighAt(int index) => DType.IsFloatingPoint()
        ? BoxNumbers.Load(High, index)
        : DType == DType.UInt64 ? unchecked((long)High.AsSpan<ulong>()[index] + 1) : (double)unchecked(BoxNumbers.LoadInteger(High, index) + 1);
}
