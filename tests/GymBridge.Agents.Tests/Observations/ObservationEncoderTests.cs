using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents.Tests.Observations;

public class ObservationEncoderTests
{
    [Fact]
    public void Encode_Dict_IsItsPartsAsGymnasiumFlattensThem()
    {
        var space = new DictSpace(("b", new Discrete(3, start: 2)), ("a", new Box(-5, 5, [2])), ("c", new MultiDiscrete([2L, 3L])), ("d", new MultiBinary(2)));
        var encoder = new ObservationEncoder(space);
        var columns = new Columns(space, 3);
        for (var lane = 0; lane < 3; lane++)
        {
            columns.Write(lane, space.Sample());
        }

        var features = new float[3 * encoder.Features];
        encoder.Encode(columns, features);
        for (var lane = 0; lane < 3; lane++)
        {
            var flat = (NDArray)space.Flatten(columns.Read(lane));
            var expected = new float[encoder.Features];
            LaneNumbers.Read(flat.Bytes, flat.DType, expected);
            Assert.Equal(expected, features.AsSpan(lane * encoder.Features, encoder.Features).ToArray());
        }
    }

    [Fact]
    public void Constructor_SequenceInsideADict_NamesIt()
    {
        var exception = Assert.Throws<NotSupportedException>(() => new ObservationEncoder(new DictSpace(("a", new Sequence(new Discrete(2))))));
        Assert.Contains("holds Sequence(Discrete(2)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_SpacesThatNoNetworkReads_AreRefusedByName()
    {
        var box = new Box(-1, 1, [2]);
        foreach (var space in new Space[] { new Text(4), new Graph(box, new Discrete(2)), new Sequence(box), new OneOf(box, new Discrete(2)) })
        {
            var alone = Assert.Throws<NotSupportedException>(() => new ObservationEncoder(space));
            Assert.Contains($"the observation space {space} is none of these", alone.Message, StringComparison.Ordinal);
            var within = Assert.Throws<NotSupportedException>(() => new ObservationEncoder(new TupleSpace(box, space)));
            Assert.Contains($"holds {space}. Wrap the environment", within.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Constructor_HugeOneHot_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => new ObservationEncoder(new Discrete(1_000_000_000)));
}
