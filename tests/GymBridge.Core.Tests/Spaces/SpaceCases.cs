using GymBridge.Spaces;
using static System.Double;

namespace GymBridge.Core.Tests.Spaces;

/// <summary>The spaces of golden/generate.py under the same names.</summary>
internal static class SpaceCases
{
    public static IReadOnlyDictionary<string, Func<Space>> All { get; } = new Dictionary<string, Func<Space>>
    {
        ["discrete 3"] = () => new Discrete(3),
        ["discrete start"] = () => new Discrete(3, -1),
        ["discrete int32"] = () => new Discrete(4, 1, DType.Int32),
        ["discrete 1"] = () => new Discrete(1),
        ["discrete uint8"] = () => new Discrete(200, 0, DType.UInt8),
        ["discrete int8"] = () => new Discrete(100, -50, DType.Int8),
        ["discrete int16"] = () => new Discrete(300, 0, DType.Int16),
        ["discrete uint16"] = () => new Discrete(65000, 0, DType.UInt16),
        ["discrete uint32"] = () => new Discrete(4_000_000_000, 0, DType.UInt32),
        ["discrete 2**40"] = () => new Discrete(1L << 40),
        ["discrete 2**32"] = () => new Discrete(1L << 32),
        ["box unit"] = () => new Box(0, 1, [1]),
        ["box low only"] = () => new Box(0, PositiveInfinity, [2, 2]),
        ["box per element f64"] = () => Between([-10, 0], [10, 10], DType.Float64),
        ["box high only"] = () => new Box(NegativeInfinity, 0, [2, 1]),
        ["box low only 2x1"] = () => new Box(0, PositiveInfinity, [2, 1]),
        ["box unbounded"] = () => new Box(NegativeInfinity, PositiveInfinity, [3]),
        ["box uint8"] = () => new Box(0, 255, [2, 2, 3], DType.UInt8),
        ["box bool"] = () => Between([0, 0, 1], [1, 0, 1], DType.Bool),
        ["box int32 half bounds"] = () => Between([NegativeInfinity, NegativeInfinity, 0, -10], [PositiveInfinity, 0, PositiveInfinity, 10], DType.Int32),
        ["box int8"] = () => new Box(-128, 127, [5], DType.Int8),
        ["box int16"] = () => new Box(-5, 6, [2, 3], DType.Int16),
        ["box uint16"] = () => new Box(0, 65535, [4], DType.UInt16),
        ["box uint32"] = () => new Box(0, uint.MaxValue, [4], DType.UInt32),
        ["box int64"] = () => new Box(-5, 5, [3], DType.Int64),
        ["box int64 unbounded"] = () => new Box(NegativeInfinity, PositiveInfinity, [3], DType.Int64),
        ["box uint64"] = () => new Box(0, 1000, [3], DType.UInt64),
        ["box float16"] = () => new Box(-5, 5, [3], DType.Float16),
        ["box f64 low only"] = () => new Box(0, PositiveInfinity, [4], DType.Float64),
        ["box mixed f32"] = () => Between([NegativeInfinity, 0, NegativeInfinity, -1.5], [PositiveInfinity, PositiveInfinity, 3.25, 2.5], DType.Float32),
        ["box scalar"] = () => new Box(0, 1, []),
        ["box image"] = () => new Box(0, 255, [84, 84], DType.UInt8),
        ["box cartpole"] = () => Between([-4.8, NegativeInfinity, -0.41887903, NegativeInfinity], [4.8, PositiveInfinity, 0.41887903, PositiveInfinity], DType.Float32),
        ["box small and large"] = () => Between([1e-5, -1e-7, 0], [1, 1e7, 123456.789], DType.Float64),
        ["box wide"] = () => Between(Range(40, i => i - 20.5), Range(40, i => i + 0.25), DType.Float32),
        ["box wide int"] = () => Between(Range(60, i => -7.0 * i), Range(60, i => 1000.0 * i), DType.Int64),
        ["box long"] = () => Between(new double[1200], Range(1200, i => i + 1.0), DType.Float64),
        ["box deep"] = () => new Box(new NDArray(DType.Float64, 2, 3, 4), NDArray.From<double>(Range(24, i => i + 0.125), 2, 3, 4)),
        ["box many rows"] = () => new Box(new NDArray(DType.Float64, 60, 20), NDArray.From<double>(Range(1200, i => (i % 20) + 1.0), 60, 20)),
        ["box f16 digits"] = () => Between([0.1, -3.3], [1.7, 900], DType.Float16),
        ["multidiscrete"] = () => new MultiDiscrete([2L, 2]),
        ["multidiscrete 2d"] = () => new MultiDiscrete(NDArray.From<long>([2, 3, 3, 2], 2, 2)),
        ["multidiscrete start"] = () => new MultiDiscrete([2, 2], [10, 10]),
        ["multidiscrete 2d start"] = () => new MultiDiscrete(NDArray.From<long>([2, 3, 3, 2], 2, 2), NDArray.From<long>([10, 20, 30, 40], 2, 2)),
        ["multidiscrete int8"] = () => new MultiDiscrete([2L, 3], dtype: DType.Int8),
        ["multidiscrete uint16"] = () => new MultiDiscrete([2L, 3], dtype: DType.UInt16),
        ["multidiscrete large"] = () => new MultiDiscrete([5L, 1, 1000, 77], dtype: DType.Int32),
        ["multibinary 8"] = () => new MultiBinary(8),
        ["multibinary 2d"] = () => new MultiBinary([2, 3]),
        ["multibinary 1"] = () => new MultiBinary([1]),
        ["text 6"] = () => new Text(6),
        ["text min"] = () => new Text(6, 3),
        ["text charset"] = () => new Text(6, charset: "abcdef"),
        ["text order"] = () => new Text(9, 0, "zyxcba'"),
        ["tuple"] = () => new TupleSpace(new Discrete(5), new Discrete(4)),
        ["tuple box"] = () => new TupleSpace(new Discrete(5), Between([0, 0], [1, 5], DType.Float64)),
        ["tuple nested"] = () => new TupleSpace(new Discrete(5), new TupleSpace(new Box(0, 1, [3]), new Discrete(2))),
        ["tuple dict"] = () => new TupleSpace(new Discrete(3), new DictSpace(("position", new Box(0, 1, [1])), ("velocity", new Discrete(2)))),
        ["tuple graph"] = () => new TupleSpace(new Graph(new Box(-1, 1, [2, 1]), null), new Discrete(2)),
        ["tuple blackjack"] = () => new TupleSpace(new Discrete(32), new Discrete(11), new Discrete(2)),
        ["dict sorted"] = () => new DictSpace(new Dictionary<string, Space> { ["velocity"] = Between([0, 0], [1, 5], DType.Float64), ["position"] = new Discrete(5) }),
        ["dict kwargs"] = () => new DictSpace(("velocity", new Discrete(6)), ("position", Between([0, 0], [1, 5], DType.Float64))),
        ["dict nested"] = () => new DictSpace(("a", new Box(0, 1, [3, 3])), ("b", new DictSpace(("b_1", new Box(-100, 100, [2])), ("b_2", new Box(-1, 1, [2])))), ("c", new Discrete(4))),
        ["dict graph"] = () => new DictSpace(("a", new DictSpace(("a", new Graph(new Box(-100, 100, [2, 2]), null)), ("b", new Box(-100, 100, [2, 2])))), ("b", new TupleSpace(new Box(-100, 100, [2]), new Box(-100, 100, [2])))),
        ["graph"] = () => new Graph(new Box(-1, 1, [2]), null),
        ["graph box discrete"] = () => new Graph(new Box(-100, 100, [3, 4]), new Discrete(5)),
        ["graph discrete box"] = () => new Graph(new Discrete(5), new Box(-100, 100, [3, 4])),
        ["graph discrete"] = () => new Graph(new Discrete(3), new Discrete(4)),
        ["graph dict"] = () => new Graph(new DictSpace(("node_feature_1", new Discrete(5)), ("node_feature_2", new MultiBinary(5))), new Box(1, 4, [1])),
        ["graph multibinary"] = () => new Graph(new MultiBinary(4), null),
        ["graph multidiscrete"] = () => new Graph(new MultiDiscrete([3L, 4, 2]), new Discrete(3)),
        ["graph tuple"] = () => new Graph(new TupleSpace(new Box(-1, 1, [2]), new Discrete(3)), null),
        ["graph tuple edges"] = () => new Graph(new Discrete(4), new TupleSpace(new Box(0, 1, [2]), new Discrete(3))),
        ["graph dict edges"] = () => new Graph(new Discrete(3), new DictSpace(("type", new Discrete(4)), ("weight", new Box(0, 1, [])))),
        ["graph dicts"] = () => new Graph(new DictSpace(("label", new Discrete(5)), ("pos", new Box(-10, 10, [3]))), new DictSpace(("type", new Discrete(3)), ("weight", new Box(0, 1, [])))),
        ["graph tuples"] = () => new Graph(new TupleSpace(new DictSpace(("a", new Discrete(3))), new MultiBinary(2)), new TupleSpace(new Discrete(4), new Box(0, 1, [2]))),
        ["sequence"] = () => new Sequence(new Discrete(4)),
        ["sequence dict"] = () => new Sequence(new DictSpace(("feature", new Box(0, 1, [3])))),
        ["sequence graph"] = () => new Sequence(new Graph(new Box(-100, 100, [2, 2]), new Discrete(4))),
        ["sequence stacked"] = () => new Sequence(new Box(0, 1, [1]), true),
        ["sequence stacked dict"] = () => new Sequence(new DictSpace(("a", new Box(0, 1, [3])), ("b", new Discrete(5))), true),
        ["oneof"] = () => new OneOf(new Discrete(3), new Box(0, 1, [1])),
        ["oneof arrays"] = () => new OneOf(new MultiBinary(2), new MultiDiscrete([2L, 2])),
        ["oneof text"] = () => new OneOf(new Text(4, charset: "ab"), new TupleSpace(new Discrete(2), new Box(-1, 1, [2]))),
    };

    public static IReadOnlyDictionary<string, (Space Space, object? Mask, object? Probability)> Restricted { get; } =
        new Dictionary<string, (Space, object?, object?)>
        {
            ["discrete mask"] = (new Discrete(5, 2), M(1, 0, 1, 0, 1), null),
            ["discrete one"] = (new Discrete(5, 2), M(0, 0, 1, 0, 0), null),
            ["discrete none"] = (new Discrete(5, 2), M(0, 0, 0, 0, 0), null),
            ["discrete probability"] = (new Discrete(4), null, P(0.1, 0.2, 0.3, 0.4)),
            ["discrete int8 probability"] = (new Discrete(3, -1, DType.Int8), null, P(0.5, 0, 0.5)),
            ["multibinary mask"] = (new MultiBinary([2, 3]), NDArray.From<sbyte>([0, 1, 2, 2, 2, 0], 2, 3), null),
            ["multibinary probability"] = (new MultiBinary(5), null, P(0, 0.25, 0.5, 0.75, 1)),
            ["multidiscrete mask"] = (new MultiDiscrete([3L, 2]), T(M(1, 0, 1), M(0, 0)), null),
            ["multidiscrete 2d mask"] = (All["multidiscrete 2d start"](), T(T(M(1, 0), M(1, 1, 0)), T(M(0, 1, 1), M(1, 1))), null),
            ["multidiscrete probability"] = (new MultiDiscrete([3L, 2]), null, T(P(0.2, 0, 0.8), P(0.3, 0.7))),
            ["multidiscrete wide probability"] = (new MultiDiscrete([20L]), null, T(NDArray.From(Range(20, i => i / 190.0)))),
            ["text mask"] = (new Text(8, charset: "abcdef"), T(null, M(1, 0, 1, 0, 0, 1)), null),
            ["text length"] = (new Text(8, charset: "abcdef"), T(5L, null), null),
            ["text both"] = (new Text(8, charset: "abcdef"), T(3, M(0, 1, 0, 0, 1, 1)), null),
            ["text empty"] = (new Text(8, 0, "abc"), T(null, M(0, 0, 0)), null),
            ["text probability"] = (new Text(8, charset: "abcd"), null, T(4, P(0.1, 0.2, 0.3, 0.4))),
            ["tuple mask"] = (new TupleSpace(new Discrete(3), new Discrete(4)), T(M(1, 0, 1), null), null),
            ["tuple probability"] = (new TupleSpace(new Discrete(3), new Discrete(2)), null, T(P(0.2, 0.3, 0.5), P(0.9, 0.1))),
            ["dict mask"] = (new DictSpace(("a", new Discrete(3)), ("b", new MultiBinary(2))), new Info { ["a"] = M(0, 1, 1), ["b"] = M(2, 1) }, null),
            ["sequence mask"] = (new Sequence(new Discrete(4)), T(3, M(1, 1, 0, 1)), null),
            ["sequence lengths"] = (new Sequence(new Discrete(4)), T(NDArray.From(1L, 4, 6), M(1, 1, 0, 1)), null),
            ["sequence free length"] = (new Sequence(new Discrete(4)), T(null, M(1, 1, 0, 1)), null),
            ["sequence probability"] = (new Sequence(new Discrete(2)), null, T(2, P(0.25, 0.75))),
            ["oneof mask"] = (new OneOf(new Discrete(3), new Discrete(2)), T(M(1, 0, 1), M(0, 1)), null),
            ["graph mask"] = (new Graph(new Discrete(3), new Discrete(2)), T(new TupleValue([.. Enumerable.Repeat<object?>(M(1, 0, 1), 10)]), null), null),
            ["graph edge mask"] = (new Graph(new Discrete(3), new Discrete(2)), T(null, M(0, 1)), null),
        };

    private static Box Between(double[] low, double[] high, DType dtype) => new(NDArray.From(low), NDArray.From(high), dtype);

    private static double[] Range(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static NDArray M(params sbyte[] values) => NDArray.From(values);

    private static NDArray P(params double[] values) => NDArray.From(values);

    private static TupleValue T(params object?[] items) => TupleValue.Of(items);
}
