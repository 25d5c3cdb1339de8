using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Spaces;

/// <summary>golden/generate_differing.py wrote differing.json with Gymnasium.</summary>
public class DifferingSpacesTests
{
    private static readonly GoldenDiffering Golden = GoldenFile.Read<GoldenDiffering>("tests/GymBridge.Core.Tests/Spaces/golden/differing.json");

    private static readonly Dictionary<string, Func<Space[]>> Cases = new(StringComparer.Ordinal)
    {
        ["box"] = () => [new Box(0, 1, [2]), new Box(-1, 3, [2]), new Box(double.NegativeInfinity, 5, [2])],
        ["int box"] = () => [new Box(0, 9, [2], DType.Int32), new Box(double.NegativeInfinity, 3, [2], DType.Int32)],
        ["discrete"] = () => [new Discrete(3), new Discrete(5, start: -2), new Discrete(8)],
        ["small discrete"] = () => [new Discrete(3, dtype: DType.Int8), new Discrete(5, dtype: DType.Int16)],
        ["multi discrete"] = () => [new MultiDiscrete([2, 3]), new MultiDiscrete([5, 4], [1, 2])],
        ["multi binary"] = () => [new MultiBinary(3), new MultiBinary([3])],
        ["tuple"] = () => [new TupleSpace(new Discrete(3), new Box(0, 1, [2])), new TupleSpace(new Discrete(4), new Box(0, 2, [2]))],
        ["dict"] = () =>
        [
            new DictSpace(new Dictionary<string, Space> { ["b"] = new Discrete(3), ["a"] = new Discrete(2) }),
            new DictSpace(new Dictionary<string, Space> { ["a"] = new Discrete(4), ["b"] = new Discrete(9) }),
        ],
        ["text"] = () => [new Text(3, charset: "ab"), new Text(4, charset: "ab")],
        ["one of"] = () => [new OneOf(new Discrete(2), new Discrete(3)), new OneOf(new Discrete(4), new Discrete(5))],
        ["sequence"] = () => [new Sequence(new Discrete(2)), new Sequence(new Discrete(3))],
        ["graph"] = () => [new Graph(new Discrete(2), null), new Graph(new Discrete(3), null)],
        ["dtypes"] = () => [new Box(0, 1, [2]), new Box(0, 1, [2], DType.Float64)],
        ["shapes"] = () => [new Box(0, 1, [2]), new Box(0, 1, [3])],
        ["kinds"] = () => [new Discrete(3), new Box(0, 1, [2])],
        ["keys"] = () => [new DictSpace(("a", new Discrete(3))), new DictSpace(("b", new Discrete(3)))],
        ["lengths"] = () => [new TupleSpace(new Discrete(3)), new TupleSpace(new Discrete(3), new Discrete(3))],
        ["none"] = () => [],
    };

    private static readonly object[] Numbers =
    [
        0.5, 1L, true, -1L, 300L, 1L << 40, 1e30, 0.5f, NumPyScalar.From(0.5), NumPyScalar.From(5.7), NumPyScalar.From((sbyte)1), NumPyScalar.From(300L),
        NumPyScalar.From((Half)7), NumPyScalar.From(1UL << 63),
    ];

    private static readonly Box[] Boxes =
    [
        new(0, 1, []), new(0, 5, [], DType.Int64), new(0, 50, [], DType.UInt8), new(-128, 127, [], DType.Int8), new(0, 1, [], DType.Float64), new(0, 1, [1]),
    ];

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void BatchDiffering_EqualsGymnasium(string name)
    {
        var spaces = Cases[name]();
        for (var i = 0; i < spaces.Length; i++)
        {
            spaces[i].SeedAll((Seed)i);
        }

        var golden = Golden.Batches[name];
        if (golden.Length == 1)
        {
            Assert.Throws<ArgumentException>(() => Space.BatchDiffering(spaces));
            return;
        }

        var batch = Space.BatchDiffering(spaces);
        Assert.Equal(golden[0], batch.ToString());
        Assert.Equal(golden[1], PythonJson.Write(batch.ToJsonable([batch.Sample()])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void HaveSameDTypeAndShape_EqualsGymnasium(string name)
    {
        var spaces = Cases[name]();
        Assert.Equal(Golden.Equivalent[name], spaces.Select(a => spaces.Select(b => a.HasSameDTypeAndShape(b)).ToArray()).ToArray());
    }

    [Fact]
    public void Contains_OfNumbers_CastsThemAsGymnasiumDoes() =>
        Assert.Equal(Golden.Contains, Boxes.Select(box => Numbers.Select(number => box.Contains(number)).ToArray()).ToArray());

    [Fact]
    public void Sample_OfUnboundedInt64_EqualsGymnasium()
    {
        Box[] boxes =
        [
            new(0, double.PositiveInfinity, [2], DType.Int64),
            new(double.NegativeInfinity, double.PositiveInfinity, [2], DType.Int64),
            new(double.NegativeInfinity, 5, [2], DType.Int64),
        ];
        foreach (var box in boxes)
        {
            box.Seed(1);
            Assert.Equal(Golden.Unbounded[box.ToString()], Enumerable.Range(0, 3).Select(_ => box.SampleValue().ToArray<long>()).ToArray());
        }
    }

    [Fact]
    public void BatchDiffering_OfUnequalSpaces_NamesWhatDiffers()
    {
        Assert.Equal("Expected all dtypes to be equal, actually [float32, float64]", Message("dtypes"));
        Assert.Equal("Expected all Box shapes to be equal, actually [(2,), (3,)]", Message("shapes"));
        Assert.Equal("Expected all Dict spaces to have the same keys, actually [['a'], ['b']]", Message("keys"));
        Assert.StartsWith("Expects all spaces to be of the same type, actual types: [Discrete, Box]", Message("kinds"), StringComparison.Ordinal);

        static string Message(string name) => Assert.Throws<ArgumentException>(() => Space.BatchDiffering(Cases[name]())).Message;
    }

    private sealed record GoldenDiffering(
        Dictionary<string, string[]> Batches, Dictionary<string, bool[][]> Equivalent, bool[][] Contains, Dictionary<string, long[][]> Unbounded);
}
