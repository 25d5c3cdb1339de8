using System.Numerics;
using System.Runtime.InteropServices;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>The integers <c>start .. start + n - 1</c>.</summary>
/// <remarks>A value is a <see cref="long"/> in the typed API (unchecked cast of the bits for uint64). Source:
/// <c>gymnasium/spaces/discrete.py</c> 1.4.0.</remarks>
public sealed class Discrete : ArraySpace
{
    private readonly long _min = long.MinValue;
    private readonly long _max = long.MaxValue;

    /// <summary>The integers <paramref name="start"/> .. <paramref name="start"/> + <paramref name="n"/> - 1.</summary>
    /// <param name="n">Number of values, at least 1.</param>
    /// <param name="start">The smallest value.</param>
    /// <param name="dtype">An integer type that holds every value.</param>
    /// <exception cref="ArgumentException">n is not positive, the type is no integer, or a value does not fit it.</exception>
    public Discrete(long n, long start = 0, DType dtype = DType.Int64)
        : base(dtype, [])
    {
        if (n <= 0)
        {
            throw new ArgumentException($"n (counts) have to be positive, actual value: {n}.", nameof(n));
        }

        if (!dtype.IsInteger())
        {
            throw new ArgumentException($"Invalid Discrete dtype {dtype.Name()}, must be an integer dtype.", nameof(dtype));
        }

        N = n;
        Start = start;
        var (min, max) = Range(dtype);
        if (start < min || (BigInteger)start + n - 1 > max)
        {
            throw new ArgumentException(
                $"Discrete({n}, start={start}) does not fit {dtype.Name()}, which holds {min} to {max}; choose a wider dtype.", nameof(dtype));
        }

        if (dtype != DType.UInt64)
        {
            (_min, _max) = ((long)min, (long)max);
        }
    }

    /// <summary>Number of values, at least 1.</summary>
    public long N { get; }

    /// <summary>The smallest value; the largest is Start + N - 1.</summary>
    public long Start { get; }

    /// <inheritdoc/>
    public override object Sample() => SampleValue();

    /// <summary>A random value, without boxing.</summary>
    public long SampleValue() => Start + (DType switch
    {
        DType.Int8 => Rng.Integers<sbyte>(0, N),
        DType.UInt8 => Rng.Integers<byte>(0, N),
        DType.Int16 => Rng.Integers<short>(0, N),
        DType.UInt16 => Rng.Integers<ushort>(0, N),
        DType.Int32 => Rng.Integers<int>(0, N),
        DType.UInt32 => Rng.Integers<uint>(0, N),
        _ => Rng.Integers(0L, N),
    });

    private protected override object SampleRestricted(object restriction, bool isProbability) =>
        Start + Masks.Choose(Rng, restriction, N, isProbability, "sample");

    /// <summary>Whether <paramref name="value"/> is one of the integers. A .NET integer or bool stands for Python's; a NumPy
    /// scalar, or an array of shape (), must also be of an integer type that casts safely to <see cref="DType"/>.</summary>
    public override bool Contains(object? value) => value switch
    {
        bool flag => Contains(flag ? 1L : 0L),
        long number => Contains(number),
        int number => Contains((long)number),
        short number => Contains((long)number),
        sbyte number => Contains((long)number),
        byte number => Contains((long)number),
        ushort number => Contains((long)number),
        uint number => Contains((long)number),
        ulong number => number <= long.MaxValue && Contains((long)number),
        BigInteger number => number >= Start && number < (BigInteger)Start + N,
        NumPyScalar scalar => Contains(scalar.Value),
        NDArray { Shape.IsEmpty: true } array => array.DType.IsInteger() && BoxNumbers.CanCast(array.DType, DType) && Contains(array.GetItem(0)),
        _ => false,
    };

    /// <summary>Whether <paramref name="value"/> is one of the integers.</summary>
    public bool Contains(long value) => value >= Start && (ulong)(value - Start) < (ulong)N;

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => ReadValue(columns[0], lane);

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane)
    {
        var number = value switch
        {
            NumPyScalar { Value: { } array } when array.DType.IsInteger() => Convert.ToInt64(array.GetItem(0)),
            NDArray { Shape.IsEmpty: true } array when array.DType.IsInteger() => Convert.ToInt64(array.GetItem(0)),
            long or int or short or sbyte or byte or ushort or uint or ulong => Convert.ToInt64(value),
            BigInteger big when Contains(big) => (long)big,
            bool flag => flag ? 1 : 0,
            _ => throw new ArgumentException(
                $"{PythonText.Repr(value)} ({value?.GetType().Name ?? "null"}) is not a value of {this}; pass an integer.", nameof(value)),
        };
        WriteValue(number, columns[0], lane);
    }

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(sample => (object?)Jsonable.ToInt64(sample)).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) => [.. Jsonable.List(jsonable, this).Select(item => (object)Jsonable.ToInt64(item))];

    internal override Type NaturalType => typeof(long);

    /// <inheritdoc/>
    public override int FlatDimension() => checked((int)N);

    /// <inheritdoc/>
    public override Space Flattened() => new Box(0, 1, [FlatDimension()], DType);

    /// <inheritdoc/>
    public override object Flatten(object value) => OneHot(checked((int)(Jsonable.ToInt64(value) - Start)));

    /// <inheritdoc/>
    public override object Unflatten(object flat) => Start + Ones((NDArray)flat)[0];

    internal override void FlattenInto(ReadOnlySpan<byte> source, Span<byte> target, DType dtype)
    {
        target.Clear();
        BoxNumbers.Store(target, dtype, checked((int)(BoxNumbers.LoadInteger(source, DType, 0) - Start)), 1);
    }

    // A batch is a MultiDiscrete, which iterates as numbers; this space is none itself.
    internal override IReadOnlyList<object?>? TryIterate(object batch) => null;

    private protected override Space BatchOf(int n) => BatchOf([.. Enumerable.Repeat(this, n)]);

    private protected override Space BatchOf(IReadOnlyList<Space> spaces)
    {
        Discrete[] all = [.. spaces.Cast<Discrete>()];
        return new MultiDiscrete(
            Array.ConvertAll(all, space => space.N), Array.ConvertAll(all, space => space.Start), all.MaxBy(space => space.DType.ItemSize())!.DType);
    }

    private protected override Space CloneSpace() => new Discrete(N, Start, DType);

    /// <summary>Whether the element type holds a number.</summary>
    internal bool Fits(long value) => value >= _min && value <= _max;

    internal long ReadValue(Column column, int lane)
    {
        var bytes = column.Lane(lane);
        return DType switch
        {
            DType.Int64 or DType.UInt64 => MemoryMarshal.Read<long>(bytes),
            DType.Int32 => MemoryMarshal.Read<int>(bytes),
            DType.UInt32 => MemoryMarshal.Read<uint>(bytes),
            DType.Int16 => MemoryMarshal.Read<short>(bytes),
            DType.UInt16 => MemoryMarshal.Read<ushort>(bytes),
            DType.Int8 => (sbyte)bytes[0],
            _ => bytes[0],
        };
    }

    internal void WriteValue(long value, Column column, int lane)
    {
        if (!Fits(value))
        {
            throw new ArgumentException($"{value} does not fit {DType.Name()}, the dtype of {this}.", nameof(value));
        }

        MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value))[..DType.ItemSize()].CopyTo(column.Lane(lane));
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is Discrete space && space.N == N && space.Start == Start && space.DType == DType;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Discrete), N, Start, DType);

    /// <inheritdoc/>
    public override string ToString() =>
        $"Discrete({N}{(Start == 0 ? string.Empty : $", start={Start}")}{(DType == DType.Int64 ? string.Empty : $", dtype={DType.Name()}")})";

    private static (BigInteger Min, BigInteger Max) Range(DType dtype)
    {
        var bits = dtype.ItemSize() * 8;
        return dtype is DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64
            ? (BigInteger.Zero, (BigInteger.One << bits) - 1)
            : (-(BigInteger.One << (bits - 1)), (BigInteger.One << (bits - 1)) - 1);
    }
}
