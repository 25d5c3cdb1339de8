using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Arrays of integers, each element with a range of its own: <c>start .. start + nvec - 1</c>.</summary>
/// <remarks>Source: <c>gymnasium/spaces/multi_discrete.py</c> 1.4.0. A mask is a tuple (nested for more dimensions) of int8
/// masks of 0 and 1, one for each element and as long as its range; probabilities likewise, float64.</remarks>
public sealed class MultiDiscrete : ArraySpace
{
    private readonly long[] _nvec;
    private readonly long[] _start;

    /// <summary>One-dimensional arrays with bounds of their own for each element.</summary>
    /// <param name="nvec">Number of values of each element.</param>
    /// <param name="start">Smallest value of each element; empty for zeros.</param>
    /// <param name="dtype">Integer type of the elements.</param>
    /// <exception cref="ArgumentException">A count is not positive, the lengths differ, or the type does not hold the values.</exception>
    public MultiDiscrete(ReadOnlySpan<long> nvec, ReadOnlySpan<long> start = default, DType dtype = DType.Int64)
        : this(NDArray.From(nvec, nvec.Length), start.IsEmpty ? null : NDArray.From(start, start.Length), dtype)
    {
    }

    /// <summary>Arrays of any shape with bounds of their own for each element.</summary>
    /// <param name="nvec">Number of values of each element; an array of any integer type.</param>
    /// <param name="start">Smallest value of each element; null for zeros.</param>
    /// <param name="dtype">Integer type of the elements.</param>
    /// <exception cref="ArgumentException">A count is not positive, the shapes differ, or the type does not hold the values.</exception>
    public MultiDiscrete(NDArray nvec, NDArray? start = null, DType dtype = DType.Int64)
        : base(dtype, nvec.Shape)
    {
        if (!dtype.IsInteger())
        {
            throw new ArgumentException($"Invalid MultiDiscrete dtype ({dtype.Name()}), must be an integer dtype", nameof(dtype));
        }

        if (start is not null && !start.Shape.AsSpan().SequenceEqual(nvec.Shape.AsSpan()))
        {
            throw new ArgumentException(
                $"start and nvec (counts) should have the same shape, got {NDArray.ShapeText(start.Shape.AsSpan())} and {NDArray.ShapeText(nvec.Shape.AsSpan())}",
                nameof(start));
        }

        _nvec = Integers(nvec);
        _start = start is null ? new long[_nvec.Length] : Integers(start);
        for (var i = 0; i < _nvec.Length; i++)
        {
            if (_nvec[i] <= 0)
            {
                throw new ArgumentException($"nvec (counts) have to be positive, got {NumPyText.Format(nvec)}", nameof(nvec));
            }

            var limits = new Discrete(1, 0, dtype);
            if (!limits.Fits(_start[i]) || !limits.Fits(_nvec[i]))
            {
                throw new ArgumentException($"nvec {_nvec[i]} with start {_start[i]} does not fit {dtype.Name()}; choose a wider dtype.", nameof(dtype));
            }
        }
    }

    /// <summary>Number of values of each element, row-major.</summary>
    public ReadOnlySpan<long> NVec => _nvec;

    /// <summary>Smallest value of each element, row-major.</summary>
    public ReadOnlySpan<long> Start => _start;

    /// <inheritdoc/>
    public override object Sample()
    {
        var value = new NDArray(DType, Shape);
        for (var i = 0; i < _nvec.Length; i++)
        {
            BoxNumbers.StoreInteger(value, i, (long)(Rng.Random() * _nvec[i]) + _start[i]);
        }

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
        if (array is null || !array.Shape.AsSpan().SequenceEqual(Shape) || !BoxNumbers.CanCast(array.DType, DType))
        {
            return false;
        }

        for (var i = 0; i < _nvec.Length; i++)
        {
            var number = BoxNumbers.LoadInteger(array, i);
            if (number < _start[i] || unchecked((ulong)(number - _start[i])) >= (ulong)_nvec[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => NDArray.FromBytes(DType, Shape, columns[0].Lane(lane));

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => ArrayLane.Write(value, this, DType, Shape, columns[0], lane);

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is MultiDiscrete space && DType == space.DType && Shape.SequenceEqual(space.Shape)
        && _nvec.AsSpan().SequenceEqual(space._nvec) && _start.AsSpan().SequenceEqual(space._start);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(MultiDiscrete), _nvec.Length, _nvec.Length == 0 ? 0 : _nvec[0], DType);

    /// <inheritdoc/>
    public override string ToString() =>
        $"MultiDiscrete({NumPyText.Format(Array(_nvec))}{(_start.AsSpan().ContainsAnyExcept(0) ? $", start={NumPyText.Format(Array(_start))}" : string.Empty)})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(sample => Jsonable.FromArray((NDArray)sample!)).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) =>
        [.. Jsonable.List(jsonable, this).Select(item => (object)Jsonable.ToArray(item, DType, Shape))];

    /// <inheritdoc/>
    public override int FlatDimension()
    {
        var sum = 0L;
        foreach (var count in _nvec)
        {
            sum += count;
        }

        return checked((int)sum);
    }

    /// <inheritdoc/>
    public override Space Flattened() => new Box(0, 1, [FlatDimension()], DType);

    /// <inheritdoc/>
    public override object Flatten(object value)
    {
        var places = new int[_nvec.Length];
        var offset = 0L;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = checked((int)(offset + BoxNumbers.LoadInteger((NDArray)value, i) - _start[i]));
            offset += _nvec[i];
        }

        return OneHot(places);
    }

    /// <inheritdoc/>
    public override object Unflatten(object flat)
    {
        var ones = Ones((NDArray)flat);
        var value = new NDArray(DType, Shape);
        var offset = 0L;
        for (var i = 0; i < _nvec.Length; i++)
        {
            BoxNumbers.StoreInteger(value, i, ones[Math.Min(i, ones.Count - 1)] - offset + _start[i]);
            offset += _nvec[i];
        }

        return value;
    }

    internal override void FlattenInto(ReadOnlySpan<byte> source, Span<byte> target, DType dtype)
    {
        target.Clear();
        var offset = 0L;
        for (var i = 0; i < _nvec.Length; i++)
        {
            BoxNumbers.Store(target, dtype, checked((int)(offset + BoxNumbers.LoadInteger(source, DType, i) - _start[i])), 1);
            offset += _nvec[i];
        }
    }

    // A batch of Discrete: its values are numbers.
    internal override IReadOnlyList<object?>? TryIterate(object batch) => base.TryIterate(batch) is { } rows
        ? Shape.Length == 1 && ((NDArray)batch).Shape.Length == 1 ? [.. rows.Select(object? (row) => new NumPyScalar((NDArray)row!))] : rows
        : null;

    private protected override Space BatchOf(int n) => Box.Stack([.. Enumerable.Repeat(Bounds(), n)]);

    private protected override Space BatchOf(IReadOnlyList<Space> spaces)
    {
        MultiDiscrete[] all = [.. spaces.Cast<MultiDiscrete>()];
        _ = SameShape(all);
        _ = SameDType(all);
        return Box.Stack([.. all.Select(space => space.Bounds())]);
    }

    private Box Bounds()
    {
        var all = Enumerable.Repeat(true, _nvec.Length).ToArray();
        return new Box(Array(_start), Array([.. _nvec.Select((count, i) => _start[i] + count - 1)]), all, all);
    }

    private protected override Space CloneSpace() => new MultiDiscrete(Array(_nvec), Array(_start), DType);

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var value = new NDArray(DType, Shape);
        Fill(restriction, isProbability, 0, 0, value);
        return value;
    }

    private void Fill(object? restriction, bool isProbability, int axis, int start, NDArray value)
    {
        if (axis == Shape.Length)
        {
            var array = Masks.Check(
                restriction ?? throw new ArgumentException($"Expects the sub mask of {this} to be np.ndarray, actual type: None"),
                _nvec[start], isProbability, "sub");
            BoxNumbers.StoreInteger(value, start, _start[start] + (isProbability ? ChooseWeighted(array) : Masks.ChooseMasked(Rng, array.AsSpan<sbyte>())));
            return;
        }

        if (restriction is not TupleValue tuple || tuple.Count != Shape[axis])
        {
            throw new ArgumentException(
                $"Expects the {(isProbability ? "probability" : "mask")} of {this} to be a tuple of {Shape[axis]} elements, actual: {PythonText.Repr(restriction)}");
        }

        for (var i = 0; i < tuple.Count; i++)
        {
            Fill(tuple[i], isProbability, axis + 1, (start * Shape[axis]) + i, value);
        }
    }

    // Zeros are left out before the choice, and the rest is divided by NumPy's sum.
    private int ChooseWeighted(NDArray probabilities)
    {
        Masks.CheckSum(probabilities, "sub");
        var all = probabilities.AsSpan<double>();
        var sum = NumPyMath.PairwiseSum<double>(all);
        var places = new List<int>();
        var weights = new List<double>();
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] > 0)
            {
                places.Add(i);
                weights.Add(all[i] / sum);
            }
        }

        return places[Rng.Choice([.. weights])];
    }

    private NDArray Array(long[] values)
    {
        var array = new NDArray(DType, Shape);
        for (var i = 0; i < values.Length; i++)
        {
            BoxNumbers.StoreInteger(array, i, values[i]);
        }

        return array;
    }

    private static long[] Integers(NDArray array)
    {
        if (!array.DType.IsInteger())
        {
            throw new ArgumentException($"MultiDiscrete counts are an integer array, got {array}.");
        }

        var values = new long[array.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BoxNumbers.LoadInteger(array, i);
        }

        return values;
    }
}
