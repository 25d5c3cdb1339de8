using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Tests.Codec;

public sealed class SpaceCodecTests
{
    [Cases(500)]
    public void Encode_AnySpace_ComesBackEqual(Space space)
    {
        var bytes = SpaceCodec.Encode(space).ToByteArray();

        var back = SpaceCodec.Decode(Wire.Space.Parser.ParseFrom(bytes));

        Assert.Equal(space, back);
        Assert.Equal(bytes, SpaceCodec.Encode(back).ToByteArray());
    }

    [Cases(1000)]
    public void Decode_SpoiledBytes_GiveASpaceOrAProtocolException(Space space, int position, byte value)
    {
        var bytes = SpaceCodec.Encode(space).ToByteArray();
        bytes[(int)((uint)position % (uint)bytes.Length)] = value;
        Wire.Space message;
        try
        {
            message = Wire.Space.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        Record.Exception(() => SpaceCodec.Decode(message)).AssertNullOr<ProtocolException>();
    }

    [Fact]
    public void Encode_EqualBounds_TakeOneElement()
    {
        var message = SpaceCodec.Encode(new Box(0, 255, [84, 84, 3], DType.UInt8)).Box;

        Assert.Equal((1, 1, 1, 1), (message.Low.Length, message.High.Length, message.BoundedBelow.Length, message.BoundedAbove.Length));
    }

    [Theory]
    [InlineData(1UL << 32, 1UL << 32, "Dimension 0 has the extent 4294967296; at most 2147483647 is possible.")]
    [InlineData(1UL << 20, 1UL << 20, "A float32 array of shape (1048576, 1048576) takes more than 2147483591 bytes.")]
    [InlineData(1UL << 13, 1UL << 13, "max_expanded_bytes: the spaces of the message take 671088640 bytes or more once their bounds are spread over their shapes; at most 67108864 are possible.")]
    public void Decode_HugeBox_IsRefusedBeforeAnythingIsAllocated(ulong height, ulong width, string text)
    {
        var four = ByteString.CopyFrom(new byte[4]);
        var one = ByteString.CopyFrom(1);
        var message = new Wire.Space
        {
            Box = new Wire.Space.Types.Box
            {
                Dtype = Wire.DType.Float32,
                Shape = { height, width },
                Low = four,
                High = four,
                BoundedBelow = one,
                BoundedAbove = one,
            },
        };
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ProtocolException>(() => SpaceCodec.Decode(message));

        Assert.Equal(text, error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65_536);
    }

    [Fact]
    public void Decode_ManySpacesThatAreSmallAlone_AreRefusedTogetherBeforeAnythingIsAllocated()
    {
        var box = SpaceCodec.Encode(new Box(0, 1, [1024, 256]));
        var message = new Wire.Value { List = new Wire.Value.Types.List() };
        message.List.Items.AddRange(Enumerable.Repeat(new Wire.Value { Space = box }, 20));
        var budget = new SpaceBudget(16 * 1024 * 1024);

        var error = Assert.Throws<ProtocolException>(() => ValueCodec.Decode(message, "kwargs", budget));

        Assert.Equal(ErrorReasons.CapReached, error.Reason);
        Assert.Contains(("cap", "max_expanded_bytes"), error.Details);
        Assert.StartsWith("kwargs[6]: max_expanded_bytes: the spaces of the message take ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL, "Discrete has 0 values; 1 to 9223372036854775807 are possible.")]
    [InlineData(ulong.MaxValue, "Discrete has 18446744073709551615 values; 1 to 9223372036854775807 are possible.")]
    [InlineData(300UL, "The space does not exist: Discrete(300, start=0) does not fit uint8, which holds 0 to 255; choose a wider dtype. (Parameter 'dtype')")]
    public void Decode_DiscreteThatDoesNotExist_SaysWhy(ulong n, string text)
    {
        var message = new Wire.Space { Discrete = new Wire.Space.Types.Discrete { Dtype = Wire.DType.Uint8, N = n } };

        Assert.Equal(text, Assert.Throws<ProtocolException>(() => SpaceCodec.Decode(message)).Message);
    }

    [Fact]
    public void Decode_BoundsOfWrongLength_SayBothLengths()
    {
        var message = SpaceCodec.Encode(new Box(0, 1, [3]));
        message.Box.Low = ByteString.CopyFrom(new byte[8]);

        Assert.Equal(
            "Box low: 4 or 12 bytes expected (one element or 3), got 8.", Assert.Throws<ProtocolException>(() => SpaceCodec.Decode(message)).Message);
    }

    [Fact]
    public void SpecHash_OfSpaces_DependsOnEveryPart()
    {
        var (a, b) = (new Discrete(2), new Discrete(3));
        var hashes = new[]
        {
            SpecHash.Compute(a, b, PythonTypes.Default),
            SpecHash.Compute(b, a, PythonTypes.Default),
            SpecHash.Compute(a, a, PythonTypes.Default),
            SpecHash.Compute(a, b, PythonTypes.Default with { Reward = PythonType.Int }),
        };

        Assert.Equal(4, hashes.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(hashes[0], SpecHash.Compute(new Discrete(2), new Discrete(3), PythonTypes.Default with { ObservationLeaves = [PythonType.Default] }));
    }
}
