using System.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Spaces;

/// <summary>What the golden file does not hold: values outside, bad arguments, forms of seeds.</summary>
public class CompositeSpaceTests
{
    [Fact]
    public void Text_SampleLongerThanAString_IsRefusedAtOnce()
    {
        var space = new Text(int.MaxValue, int.MaxValue);
        space.Seed(1);
        Assert.Contains("would have 2147483647 characters, more than a string holds", Assert.Throws<GymBridgeException>(() => space.Sample()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_LongSample_HasTheCharactersOfOneDraw()
    {
        var space = new Text(10_000, 10_000, "ab😀");
        space.Seed(1);
        var rng = space.Rng.Clone();
        var picks = new int[10_000];
        rng.Choice([1.0 / 3, 1.0 / 3, 1.0 / 3], picks);
        Assert.Equal(string.Concat(picks.Select(pick => space.Characters[pick].ToString())), space.Sample());
    }

    [Fact]
    public void MultiBinary_Contains_AgreesWithGymnasium()
    {
        var space = new MultiBinary(3);
        Assert.All(
            (object[])[NDArray.From<sbyte>(1, 0, 1), NDArray.From(1L, 0, 1), NDArray.From(1.0, 0.0, 1.0), NDArray.From(true, false, true), new[] { 0, 1, 1 }],
            value => Assert.True(space.Contains(value)));
        Assert.All(
            (object?[])[NDArray.From<sbyte>(1, 0, 2), NDArray.From<sbyte>(1, 0), NDArray.From(0.5, 0, 1), NDArray.From<sbyte>([1, 0, 1], 3, 1), 1L, null],
            value => Assert.False(space.Contains(value)));
        Assert.NotEqual(new MultiBinary(3), new MultiBinary([3]));
        Assert.Contains("have to be positive, got (2, 0)", Assert.Throws<ArgumentException>(() => new MultiBinary([2, 0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MultiDiscrete_Contains_AgreesWithGymnasium()
    {
        var space = new MultiDiscrete([2, 3], [10, -1], DType.Int32);
        Assert.All((object[])[NDArray.From(10, -1), NDArray.From(11, 1), NDArray.From<sbyte>(10, 0)], value => Assert.True(space.Contains(value)));
        Assert.All(
            (object?[])[NDArray.From(12, 0), NDArray.From(10, 2), NDArray.From(9, 0), NDArray.From(10L, 0), NDArray.From(10u, 0u), NDArray.From(10.0,
                0), NDArray.From(10), 10L, null],
            value => Assert.False(space.Contains(value)));
        Assert.Contains("counts) have to be positive", Assert.Throws<ArgumentException>(() => new MultiDiscrete([2L, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("same shape, got (1,) and (2,)", Assert.Throws<ArgumentException>(() => new MultiDiscrete([2, 3], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("must be an integer dtype", Assert.Throws<ArgumentException>(() => new MultiDiscrete([2L], dtype: DType.Float32)).Message, StringComparison.Ordinal);
        Assert.Contains("does not fit int8", Assert.Throws<ArgumentException>(() => new MultiDiscrete([200L], dtype: DType.Int8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_Contains_CountsCodePoints()
    {
        var space = new Text(2, charset: "ab😀");
        Assert.All((string[])["a", "ab", "😀😀", "b😀"], value => Assert.True(space.Contains(value)));
        Assert.All((object?[])["", "aba", "c", "😀😀😀", null, 'a'], value => Assert.False(space.Contains(value)));
        Assert.Equal(new Text(2, charset: "ba😀a"), space);
        Assert.NotEqual(new Text(2, 0, "ab😀"), space);
        Assert.Contains("non-negative, actual value: -1", Assert.Throws<ArgumentException>(() => new Text(2, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("min_length: 3, max_length: 2", Assert.Throws<ArgumentException>(() => new Text(2, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TupleAndDict_Contain_TheirFormsOnly()
    {
        var tuple = new TupleSpace(new Discrete(2), new Box(0, 1, [1]));
        Assert.True(tuple.Contains(TupleValue.Of(1L, NDArray.From(0.5f))));
        Assert.True(tuple.Contains(new List<object?> { 1L, NDArray.From(0.5f) }));
        Assert.All(
            (object?[])[TupleValue.Of(1L), TupleValue.Of(2L, NDArray.From(0.5f)), TupleValue.Of(1L, 0.5), null, 1L],
            value => Assert.False(tuple.Contains(value)));
        var dict = new DictSpace(("b", new Discrete(2)), ("a", new Discrete(3)));
        Assert.True(dict.Contains(new Info { ["a"] = 2L, ["b"] = 1L }));
        Assert.All(
            (object?[])[new Info { ["a"] = 2L }, new Info { ["a"] = 2L, ["b"] = 2L }, new Info { ["a"] = 2L, ["b"] = 1L, ["c"] = 1L }, null],
            value => Assert.False(dict.Contains(value)));
        Assert.Equal(dict, new DictSpace(new Dictionary<string, Space> { ["b"] = new Discrete(2), ["a"] = new Discrete(3) }));
        Assert.Equal("Dict('b': Discrete(2), 'a': Discrete(3))", dict.ToString());
        Assert.Throws<ArgumentException>(() => new DictSpace(("a", new Discrete(2)), ("a", new Discrete(3))));
        Assert.Equal(["a", "b"], dict.Spaces.Select(item => item.Key).Order());
        Assert.Throws<KeyNotFoundException>(() => dict["c"]);
    }

    [Fact]
    public void SequenceOneOfGraph_Contain_TheirFormsOnly()
    {
        var sequence = new Sequence(new Discrete(3));
        Assert.True(sequence.Contains(TupleValue.Of()));
        Assert.True(sequence.Contains(TupleValue.Of(1L, 2L)));
        Assert.False(sequence.Contains(TupleValue.Of(3L)));
        Assert.False(sequence.Contains(new List<object?> { 1L }));
        var stacked = new Sequence(new Box(0, 1, [2]), isStacked: true);
        Assert.True(stacked.Contains(new NDArray(DType.Float32, 5, 2)));
        Assert.False(stacked.Contains(new NDArray(DType.Float32, 5, 3)));
        var oneOf = new OneOf(new Discrete(3), new Box(0, 1, [1]));
        Assert.True(oneOf.Contains(TupleValue.Of(1L, NDArray.From(0.5f))));
        Assert.All(
            (object?[])[TupleValue.Of(0L, NDArray.From(0.5f)), TupleValue.Of(2L, 1L), TupleValue.Of(-1L, 1L), TupleValue.Of(0.0, 1L),
                TupleValue.Of(NumPyScalar.From(0), 1L), 1L],
            value => Assert.False(oneOf.Contains(value)));
        Assert.Throws<ArgumentException>(() => new OneOf());
        var graph = new Graph(new Box(0, 1, [1]), new Discrete(2));
        var nodes = new NDArray(DType.Float32, 3, 1);
        Assert.True(graph.Contains(new GraphInstance(nodes, null, null)));
        Assert.True(graph.Contains(new GraphInstance(nodes, NDArray.From(1L, 0), NDArray.From<int>([0, 1, 2, 2], 2, 2))));
        Assert.All(
            (object?[])[
                new GraphInstance(nodes, NDArray.From(1L, 0), NDArray.From<int>([0, 1, 3, 2], 2, 2)),
                new GraphInstance(nodes, NDArray.From(1L, 2), NDArray.From<int>([0, 1, 2, 2], 2, 2)),
                new GraphInstance(nodes, NDArray.From(1L), NDArray.From<int>([0, 1, 2, 2], 2, 2)),
                new GraphInstance(nodes, NDArray.From(1L, 0), null),
                new GraphInstance(new NDArray(DType.Float32, 3, 2), null, null),
                nodes],
            value => Assert.False(graph.Contains(value)));
    }

    [Fact]
    public void SampleGraph_OfSizes_HasThem()
    {
        var graph = new Graph(new Discrete(4), new Discrete(2));
        var sample = graph.SampleGraph(nodes: 3, edges: 7);
        Assert.Equal((3, 7), (((NDArray)sample.Nodes).Length, sample.EdgeLinks!.Shape[0]));
        Assert.Null(graph.SampleGraph(nodes: 1).Edges);
        Assert.Throws<ArgumentException>(() => graph.SampleGraph(nodes: 0));
        Assert.Throws<ArgumentException>(() => graph.SampleGraph(edges: -1));
    }

    [Fact]
    public void SeedAll_WithSeedsForEach_SeedsThemAndReturnsThem()
    {
        var tuple = new TupleSpace(new Discrete(5), new DictSpace(("a", new Discrete(5)), ("b", new Discrete(5))));
        var used = tuple.SeedAll(TupleValue.Of(3, new Info { ["a"] = 4L, ["b"] = new BigInteger(5) }));
        Assert.Equal("[3, {\"a\": 4, \"b\": 5}]", PythonJson.Write(SpaceGoldenTests.Plain(used)));
        var inner = (DictSpace)tuple.Spaces[1];
        Assert.Equal(new Rng(3).State, tuple.Spaces[0].Rng.State);
        Assert.Equal(new Rng(5).State, inner["b"].Rng.State);

        var oneOf = new OneOf(new Discrete(2), new Discrete(3));
        oneOf.SeedAll(new List<object?> { 1, 2, 3 });
        Assert.Equal(new Rng(1).State, oneOf.Rng.State);
        Assert.Equal(new Rng(3).State, oneOf.Spaces[1].Rng.State);
        new Sequence(new Discrete(2)).SeedAll(TupleValue.Of(1, 2));
        new Graph(new Discrete(2), new Discrete(2)).SeedAll(TupleValue.Of(1, 2, 3));
    }

    [Fact]
    public void SeedAll_WithSeedsThatDoNotFit_SaysSo()
    {
        var tuple = new TupleSpace(new Discrete(5), new Discrete(5));
        Assert.Contains("Actual length of seeds: 1, length of subspaces: 2", Assert.Throws<ArgumentException>(() => tuple.SeedAll(TupleValue.Of(1))).Message, StringComparison.Ordinal);
        Assert.Contains("actual type: String", Assert.Throws<ArgumentException>(() => tuple.SeedAll("1")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidSeedException>(() => tuple.SeedAll(-1));
        var dict = new DictSpace(("a", new Discrete(5)));
        Assert.Contains("is not seeds of Dict('a': Discrete(5))", Assert.Throws<ArgumentException>(() => dict.SeedAll(new Info { ["b"] = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => dict.SeedAll(TupleValue.Of(1)));
        Assert.Throws<ArgumentException>(() => new Discrete(2).SeedAll(TupleValue.Of(1)));
        Assert.Throws<ArgumentException>(() => new OneOf(new Discrete(2)).SeedAll(TupleValue.Of(1)));
    }

    [Fact]
    public void Seed_OfUnseededTuple_SeedsEverythingFromEntropy()
    {
        var tuple = new TupleSpace(new Discrete(1000), new Discrete(1000));
        var seeds = (TupleValue)tuple.SeedAll(null);
        Assert.Equal(2, seeds.Count);
        Assert.NotEqual(seeds[0], seeds[1]);
        Assert.Equal(new Rng((BigInteger)seeds[1]!).State, tuple.Spaces[1].Rng.State);
        var used = tuple.Seed();
        var first = tuple.Sample();
        tuple.Seed(used);
        Assert.Equal(first, tuple.Sample());
    }

    [Fact]
    public void Sample_WithMasksThatDoNotFit_SaysSo()
    {
        var tuple = new TupleSpace(new Discrete(2), new Discrete(2));
        Assert.Contains("length of `mask` to be 2, actual length: 1", Assert.Throws<ArgumentException>(() => tuple.Sample(TupleValue.Of((object?)null))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tuple.Sample(NDArray.From<sbyte>(1)));
        Assert.Throws<ArgumentException>(() => new DictSpace(("a", new Discrete(2))).Sample(new Info()));
        Assert.Throws<ArgumentException>(() => new MultiBinary(2).Sample(NDArray.From<sbyte>(3, 0)));
        Assert.Throws<ArgumentException>(() => new MultiDiscrete([2L, 2]).Sample(TupleValue.Of(NDArray.From<sbyte>(1, 1))));
        Assert.Throws<ArgumentException>(() => new Text(4).Sample(TupleValue.Of(9, null)));
        Assert.Contains("no character could be sampled", Assert.Throws<ArgumentException>(() => new Text(4, charset: "ab").Sample(TupleValue.Of(null, NDArray.From<sbyte>(0, 0)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Sequence(new Discrete(2)).Sample(TupleValue.Of(-1, null)));
        Assert.Throws<ArgumentException>(() => new Sequence(new Discrete(2)).Sample(TupleValue.Of("3", null)));
    }

    [Fact]
    public void Leaves_OfComposites_NameTheirPaths()
    {
        var space = new DictSpace(("pos", new Box(0, 1, [2])), ("more", new TupleSpace(new Discrete(3), new Text(5))));
        Assert.Equal(["pos", "more/0", "more/1"], space.Leaves.Select(leaf => leaf.Path));
        Assert.Equal([false, false, true], space.Leaves.Select(leaf => leaf.IsVariable));
        var columns = new Columns(space, 2);
        Assert.Null(columns[0].Values);
        Assert.Equal(2, columns[2].Values!.Length);
    }

    [Fact]
    public void LaneCodec_OfComposites_FindsTheirTypes()
    {
        var triple = new TupleSpace(new Discrete(32), new Discrete(11), new Discrete(2));
        var columns = new Columns(triple, 1);
        GymBridge.Batch.LaneCodec.For<(int, int, int)>(triple).Write((20, 5, 1), columns, 0);
        Assert.Equal(TupleValue.Of(20L, 5L, 1L), columns.Read(0));
        Assert.Equal((20, 5, 1), GymBridge.Batch.LaneCodec.For<(int, int, int)>(triple).Read(columns, 0));
        Assert.NotNull(GymBridge.Batch.LaneCodec.For<string>(new Text(3)));
        Assert.NotNull(GymBridge.Batch.LaneCodec.For<Info>(new DictSpace(("a", new Discrete(2)))));
        Assert.NotNull(GymBridge.Batch.LaneCodec.For<sbyte[]>(new MultiBinary(3)));
        Assert.Contains("use string, or object", Assert.Throws<ArgumentException>(() => GymBridge.Batch.LaneCodec.For<int>(new Text(3))).Message, StringComparison.Ordinal);
    }
}
