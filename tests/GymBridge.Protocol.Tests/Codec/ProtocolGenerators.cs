using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Tests.Codec;

/// <summary>A value of the kinds that infos may hold, to be shrunk as a whole.</summary>
public sealed record AnyValue(object? Value)
{
    public override string ToString() => ValueText.Of(Value);
}

/// <summary>Random values and spaces, with the awkward ones often.</summary>
public static class ProtocolGenerators
{
    private static readonly DType[] AllTypes = Enum.GetValues<DType>();

    public static Arbitrary<AnyValue> Values() => Arb.From(Value(3).Select(value => new AnyValue(value)));

    public static Arbitrary<Space> Spaces() => Arb.From(Space(2));

    /// <summary>A space with values of it, one a lane; null is a lane that holds nothing yet.</summary>
    public static Arbitrary<LaneValues> Lanes() => Arb.From(
        from space in Space(2, isSampled: true)
        from lanes in Gen.Choose(1, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select LaneValues.Draw(space, lanes, seed));

    private static Gen<object?> Value(int depth) => depth == 0 ? Leaf() : Gen.Frequency(
        (6, Leaf()),
        (1, Value(depth - 1).ListOf(3).Select(items => (object?)new List<object?>(items))),
        (1, Value(depth - 1).ListOf(2).Select(items => (object?)new TupleValue([.. items]))),
        (1, Value(depth - 1).ListOf(3).Select(InfoOf)),
        (1, Value(depth - 1).ListOf(2).Select(DictOf)));

    private static Gen<object?> Leaf() => Gen.OneOf(
        Gen.Constant((object?)null),
        Boxed(ArbMap.Default.GeneratorFor<bool>()),
        Boxed(Gen.OneOf(ArbMap.Default.GeneratorFor<long>(), Gen.Elements(0, -1, long.MinValue, long.MaxValue))),
        Boxed(ArbMap.Default.GeneratorFor<int>()),
        Boxed(Gen.Elements((BigInteger)long.MaxValue + 1, (BigInteger)long.MinValue - 1, BigInteger.Pow(2, 300), -BigInteger.Pow(7, 99), BigInteger.One)),
        Boxed(Gen.Elements(0.0, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon, 1.5, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234))),
        Boxed(Gen.Elements(0f, -0f, float.NaN, 0.1f)),
        Boxed(Gen.Elements(string.Empty, "x", "ключ", "😀", "a\0b", "'")),
        Gen.Choose(0, 5).Select(length => (object?)Enumerable.Range(250, length).Select(i => (byte)i).ToArray()),
        Array().Select(array => (object?)array),
        Array().Where(array => array.DType != DType.Float32)
            .Select(array => (object?)new NumPyScalar(NDArray.FromBytes(array.DType, [], new byte[array.DType.ItemSize()]))),
        Space(1).Select(space => (object?)space),
        Boxed(Gen.Elements(new Complex(1, -0.0), new Complex(double.NaN, 2))),
        Boxed(Gen.Elements(new SetValue([1L, "a"]), new SetValue([], true), new SetValue([TupleValue.Of(1L)], true))),
        Boxed(Gen.Elements(new ObjectArray([2], [null, "x"]), new ObjectArray([], [1L]), new ObjectArray([0, 3], []))),
        Boxed(Foreign()),
        Boxed(Gen.Choose(0, int.MaxValue).Select(seed => Seeded(new Graph(new Box(0, 1, [2]), new Discrete(3)), seed).Sample())));

    private static Gen<ForeignArray> Foreign() =>
        from code in Gen.Elements("c8", "c16", "U0", "U3", "S0", "S5", "M8[ns]", "M8", "m8[25s]")
        from isScalar in ArbMap.Default.GeneratorFor<bool>()
        from length in Gen.Choose(0, 3)
        let size = new ForeignArray(code, [], []).ItemSize
        select isScalar
            ? new ForeignArray(code, [], [.. Enumerable.Range(0, size).Select(i => (byte)i)], IsScalar: true)
            : new ForeignArray(code, [length, 2], [.. Enumerable.Range(0, size * length * 2).Select(i => (byte)i)]);

    private static Space Seeded(Space space, int seed)
    {
        space.Seed(seed);
        return space;
    }

    private static Gen<object?> Boxed<T>(Gen<T> gen) => gen.Select(value => (object?)value);

    private static object? InfoOf(IList<object?> values)
    {
        var info = new Info();
        for (var i = 0; i < values.Count; i++)
        {
            info[$"k{values.Count - i}"] = values[i];
        }

        return info;
    }

    private static object? DictOf(IList<object?> values)
    {
        var dict = new OrderedDictionary<object, object?>();
        for (var i = 0; i < values.Count; i++)
        {
            dict[i == 0 ? TupleValue.Of(1L, "x") : 40L + i] = values[i];
        }

        return dict;
    }

    private static Gen<NDArray> Array() =>
        from dtype in Gen.Elements(AllTypes)
        from rank in Gen.Choose(0, 3)
        from shape in Gen.Choose(0, 3).ListOf(rank)
        from seed in Gen.Choose(0, int.MaxValue)
        select Filled(dtype, [.. shape], seed);

    private static NDArray Filled(DType dtype, int[] shape, int seed)
    {
        var array = new NDArray(dtype, shape);
        new GymBridge.Seeding.Rng(seed).Integers(0, dtype == DType.Bool ? 2 : 256, array.Bytes);
        return array;
    }

    private static Gen<Space> Space(int depth, bool isSampled = false) => depth == 0 ? Leafy(isSampled) : Gen.Frequency(
        (4, Leafy(isSampled)),
        (1, Space(depth - 1, isSampled).ListOf(2).Select(spaces => (Space)new TupleSpace([.. spaces]))),
        (1, Space(depth - 1, isSampled).ListOf(2).Select(spaces => (Space)new DictSpace([.. spaces.Select((space, i) => ($"k{9 - i}", space))]))),
        (1, Space(depth - 1, isSampled).ListOf(2).Select(spaces => (Space)new OneOf([.. spaces]))),
        (1, from space in Space(depth - 1, isSampled) from isStacked in ArbMap.Default.GeneratorFor<bool>() select (Space)new Sequence(space, isStacked)),
        (1, from nodes in Leafy(isSampled)
            from edges in Leafy(isSampled)
            from hasEdges in ArbMap.Default.GeneratorFor<bool>()
            select (Space)new Graph(nodes, hasEdges ? edges : null)));

    // The bounds of the awkward boxes are for the codec; nobody could draw a sample between some of them.
    private static Gen<Space> Leafy(bool isSampled) => Gen.OneOf(
        from dtype in Gen.Elements(AllTypes.Where(type => type.IsInteger()).ToArray())
        from n in Gen.Choose(1, 100)
        from start in Gen.Choose(0, 20)
        select (Space)new Discrete(n, start, dtype),
        from dtype in Gen.Elements(AllTypes)
        from rank in Gen.Choose(0, 3)
        from shape in Gen.Choose(0, 3).ListOf(rank)
        from seed in Gen.Choose(0, int.MaxValue)
        from isUniform in ArbMap.Default.GeneratorFor<bool>()
        select (Space)(isSampled ? new Box(0, 1, [.. shape], dtype) : BoxOf(dtype, [.. shape], seed, isUniform)),
        Gen.Choose(1, 5).Select(n => (Space)new MultiBinary(n)),
        Gen.Choose(1, 3).ListOf(2).Select(shape => (Space)new MultiBinary([.. shape])),
        from dtype in Gen.Elements(AllTypes.Where(type => type.IsInteger()).ToArray())
        from nvec in Gen.Choose(1, 20).ListOf(3)
        from start in Gen.Choose(0, 9)
        select (Space)new MultiDiscrete([.. nvec.Select(n => (long)n)], [start, start, start], dtype),
        Gen.Elements<Space>(new Text(5), new Text(3, 0, "zя😀a"), new Text(0, 0)));

    private static Box BoxOf(DType dtype, int[] shape, int seed, bool isUniform)
    {
        var low = isUniform ? new NDArray(dtype, shape) : Filled(dtype, shape, seed);
        var high = Filled(dtype, shape, seed / 2);
        Order(low, high);
        var below = Enumerable.Range(0, low.Length).Select(i => isUniform || (seed + i) % 3 == 0).ToArray();
        var above = Enumerable.Range(0, low.Length).Select(i => !isUniform && (seed + i) % 2 == 0).ToArray();
        return new Box(low, high, below, above);
    }

    // A Box has no low above its high, and no NaN.
    private static void Order(NDArray low, NDArray high)
    {
        var size = low.DType.ItemSize();
        for (var i = 0; i < low.Length; i++)
        {
            if (double.IsNaN(Convert.ToDouble(low.GetItem(i) is Half half ? (float)half : low.GetItem(i)))
                || double.IsNaN(Convert.ToDouble(high.GetItem(i) is Half other ? (float)other : high.GetItem(i))))
            {
                low.Bytes.Slice(i * size, size).Clear();
                high.Bytes.Slice(i * size, size).Clear();
            }
            else if (Comparer<object>.Default.Compare(low.GetItem(i), high.GetItem(i)) > 0)
            {
                var bytes = low.Bytes.Slice(i * size, size).ToArray();
                high.Bytes.Slice(i * size, size).CopyTo(low.Bytes.Slice(i * size, size));
                bytes.CopyTo(high.Bytes.Slice(i * size, size));
            }
        }
    }
}

/// <summary>Values of a space, one a lane.</summary>
public sealed record LaneValues(Space Space, object?[] Values)
{
    public static LaneValues Draw(Space space, int lanes, int seed)
    {
        space.Seed(seed);
        return new LaneValues(space, [.. Enumerable.Range(0, lanes).Select(lane => (seed + lane) % 5 == 0 ? null : space.Sample())]);
    }

    public Columns ToColumns()
    {
        var columns = new Columns(Space, Values.Length);
        for (var lane = 0; lane < Values.Length; lane++)
        {
            if (Values[lane] is { } value)
            {
                columns.Write(lane, value);
            }
        }

        return columns;
    }

    public override string ToString() => $"{Space}: {string.Join("; ", Values.Select(ValueText.Of))}";
}

/// <summary>A text that two values share exactly when they have the same Python types and bits.</summary>
internal static class ValueText
{
    public static string Of(object? value) => value switch
    {
        null => "None",
        int number => $"int {number}",
        long number => $"int {number}",
        BigInteger number => $"int {number}",
        double number => $"float {BitConverter.DoubleToInt64Bits(number):x}",
        float number => $"float32 {BitConverter.SingleToInt32Bits(number):x}",
        byte[] bytes => $"bytes {Convert.ToHexString(bytes)}",
        string text => $"str '{text}'",
        List<object?> items => $"[{string.Join(", ", items.Select(Of))}]",
        TupleValue tuple => $"({string.Join(", ", tuple.Select(Of))})",
        Info info => $"{{{string.Join(", ", info.Select(item => $"{Of(item.Key)}: {Of(item.Value)}"))}}}",
        OrderedDictionary<object, object?> dict => $"{{{string.Join(", ", dict.Select(item => $"{Of(item.Key)}: {Of(item.Value)}"))}}}",
        NDArray array => $"array {array.DType} {string.Join('x', array.Shape)} {Convert.ToHexString(array.Bytes)}",
        NumPyScalar scalar => $"scalar {Of(scalar.Value)}",
        Box box => $"Box {Of(box.Low)} {Of(box.High)} {string.Concat(box.BoundedBelow.ToArray())} {string.Concat(box.BoundedAbove.ToArray())}",
        Space space => $"{space}",
        Complex number => $"complex {Of(number.Real)} {Of(number.Imaginary)}",
        SetValue set => $"{(set.IsFrozen ? "frozenset" : "set")} {string.Join(", ", set.Select(Of))}",
        ObjectArray array => $"objects {string.Join('x', array.Shape)} {string.Join(", ", array.Items.Select(Of))}",
        ForeignArray array => $"foreign {array.DType} {string.Join('x', array.Shape)} {array.IsScalar} {Convert.ToHexString(array.Bytes.AsSpan())}",
        GraphInstance graph => $"graph {Of(graph.Nodes)} {Of(graph.Edges)} {Of(graph.EdgeLinks)}",
        _ => $"{value.GetType()} {value}",
    };
}
