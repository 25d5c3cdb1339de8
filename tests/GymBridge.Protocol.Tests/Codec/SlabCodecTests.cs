using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Tests.Codec;

/// <summary>Columns, flags, seeds and generators.</summary>
public sealed class SlabCodecTests
{
    private static readonly Box TwoFloats = new(-1, 1, [2]);

    [Cases(2000)]
    public void Decode_AnySpaceAndValues_ComeBackWithTypesAndBits(LaneValues lanes)
    {
        var codec = new SlabCodec(lanes.Space);
        var (source, target) = (lanes.ToColumns(), new Columns(lanes.Space, lanes.Values.Length));
        var slabs = new RepeatedField<ByteString>();

        codec.AddCopies(source, slabs);
        codec.Decode(slabs, target);

        for (var lane = 0; lane < lanes.Values.Length; lane++)
        {
            if (lanes.Values[lane] is { } value)
            {
                Assert.Equal(ValueText.Of(value), ValueText.Of(target.Read(lane)));
            }
        }

        var again = new RepeatedField<ByteString>();
        codec.AddShared(target, again);
        Assert.Equal(slabs, again);
    }

    [Cases(500)]
    public void DecodeLanes_AnySpace_FillsOnlyThoseLanes(LaneValues lanes, int bits)
    {
        var codec = new SlabCodec(lanes.Space);
        var mask = lanes.Values.Select((_, lane) => (bits >> lane & 1) == 1).ToArray();
        var (source, target) = (lanes.ToColumns(), new Columns(lanes.Space, lanes.Values.Length));
        var (slabs, untouched) = (new RepeatedField<ByteString>(), new RepeatedField<ByteString>());
        codec.AddLanes(source, mask, slabs);

        codec.DecodeLanes(slabs, mask, target);

        var others = mask.Select(flag => !flag).ToArray();
        codec.AddLanes(target, others, untouched);
        var zeros = new RepeatedField<ByteString>();
        codec.AddLanes(new Columns(lanes.Space, mask.Length), others, zeros);
        Assert.Equal(zeros, untouched);
        for (var lane = 0; lane < mask.Length; lane++)
        {
            if (mask[lane] && lanes.Values[lane] is { } value)
            {
                Assert.Equal(ValueText.Of(value), ValueText.Of(target.Read(lane)));
            }
        }
    }

    [Cases(2000)]
    public void Decode_SpoiledSlabs_GiveValuesOrAProtocolException(LaneValues lanes, int leaf, int position, byte value, bool cut)
    {
        var codec = new SlabCodec(lanes.Space);
        var slabs = new RepeatedField<ByteString>();
        codec.AddCopies(lanes.ToColumns(), slabs);
        leaf = (int)((uint)leaf % (uint)Math.Max(slabs.Count, 1));
        if (slabs.Count == 0 || slabs[leaf].Length == 0)
        {
            return;
        }

        var bytes = slabs[leaf].ToByteArray();
        position = (int)((uint)position % (uint)bytes.Length);
        bytes[position] = value;
        slabs[leaf] = ByteString.CopyFrom(cut ? bytes[..position] : bytes);

        Record.Exception(() => codec.Decode(slabs, new Columns(lanes.Space, lanes.Values.Length))).AssertNullOr<ProtocolException>();
    }

    [Fact]
    public void AddCopies_VariableLeaves_HaveTheDocumentedBytes()
    {
        var space = new TupleSpace(
            new Text(9, 0),
            new Sequence(new Discrete(9, dtype: DType.UInt8)),
            new OneOf(new Discrete(3), new Text(9)),
            new Graph(new Box(0, 9, [1], DType.UInt8), new Discrete(4, dtype: DType.UInt8)));
        var columns = new Columns(space, 2);
        columns.Write(0, TupleValue.Of(
            "aя",
            TupleValue.Of(7L, 8L),
            TupleValue.Of(1L, "b"),
            new GraphInstance(NDArray.From<byte>([5, 6], 2, 1), NDArray.From<byte>([3], 1), NDArray.From<int>([0, 1], 1, 2))));
        var slabs = new RepeatedField<ByteString>();

        new SlabCodec(space).AddCopies(columns, slabs);

        Assert.Equal(
            [
                "03000000" + "61D18F" + "00000000",
                "02000000" + "0708" + "00000000",
                "01000000" + "01000000" + "62" + "00000000" + "0000000000000000",
                "02000000" + "01000000" + "03" + "0506" + "03" + "0000000001000000" + "00000000" + "00000000" + "00",
            ],
            slabs.Select(slab => Convert.ToHexString(slab.Span)));
    }

    [Theory]
    [InlineData("FFFFFFFF", "leaf 0 '': 4294967295 items of 1 bytes or more are announced before byte 4, 0 bytes are left.")]
    [InlineData("0100000061" + "00", "leaf 0 '': 1 bytes are left after the last value.")]
    [InlineData("010000", "leaf 0 '': 4 bytes expected at byte 0, 3 are left.")]
    [InlineData("01000000FF", "leaf 0 '': a text is not UTF-8.")]
    public void Decode_BytesThatAreNoText_SayWhy(string hex, string text)
    {
        var space = new Text(9, 0);
        var slabs = new RepeatedField<ByteString> { ByteString.CopyFrom(Convert.FromHexString(hex)) };

        Assert.Equal(text, Assert.Throws<ProtocolException>(() => new SlabCodec(space).Decode(slabs, new Columns(space, 1))).Message);
    }

    [Fact]
    public void Decode_WhatAddCopiesWrote_GivesTheSameBytes()
    {
        var (source, target) = (Filled(3), new Columns(TwoFloats, 3));
        var slabs = new RepeatedField<ByteString>();

        new SlabCodec(TwoFloats).AddCopies(source, slabs);
        new SlabCodec(TwoFloats).Decode(slabs, target);

        Assert.True(source[0].Bytes.SequenceEqual(target[0].Bytes));
    }

    [Fact]
    public void AddShared_ColumnsChangeLater_SlabsShowIt()
    {
        var source = Filled(1);
        var slabs = new RepeatedField<ByteString>();
        new SlabCodec(TwoFloats).AddShared(source, slabs);

        source[0].AsSpan<float>()[0] = 77;

        Assert.True(source[0].Bytes.SequenceEqual(slabs[0].Span));
    }

    [Fact]
    public void DecodeLanes_WhatAddLanesWrote_FillsOnlyThoseLanes()
    {
        var (source, target) = (Filled(4), new Columns(TwoFloats, 4));
        bool[] mask = [false, true, false, true];
        var slabs = new RepeatedField<ByteString>();

        new SlabCodec(TwoFloats).AddLanes(source, mask, slabs);
        new SlabCodec(TwoFloats).DecodeLanes(slabs, mask, target);

        Assert.Equal(16, slabs[0].Length);
        Assert.Equal([0f, 0f, 2f, 3f, 0f, 0f, 6f, 7f], target[0].AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(23, "leaf 0 '': 24 bytes expected (3 lanes x 2 x float32), got 23.")]
    [InlineData(25, "leaf 0 '': 24 bytes expected (3 lanes x 2 x float32), got 25.")]
    public void Decode_WrongLength_SaysLeafShapeAndBothLengths(int length, string text)
    {
        var slabs = new RepeatedField<ByteString> { ByteString.CopyFrom(new byte[length]) };

        Assert.Equal(text, Assert.Throws<ProtocolException>(() => new SlabCodec(TwoFloats).Decode(slabs, new Columns(TwoFloats, 3))).Message);
    }

    [Fact]
    public void Decode_BoolLeafWithAnotherByte_IsRefused()
    {
        var slabs = new RepeatedField<ByteString> { ByteString.CopyFrom(1, 2) };

        Assert.Equal(
            "leaf 0 '': byte 1 is 2, a flag is 0 or 1.",
            Assert.Throws<ProtocolException>(
                () => new SlabCodec(new Box(0, 1, [2], DType.Bool)).Decode(slabs, new Columns(new Box(0, 1, [2], DType.Bool), 1))).Message);
    }

    [Fact]
    public void Decode_Rewards_NeedEightBytesALane()
    {
        var rewards = new double[2];
        FlagsCodec.Decode(ByteString.CopyFrom([.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(double.NaN)]), rewards, "reward");
        Assert.Equal([1.5, double.NaN], rewards);

        Assert.Equal(
            "reward: 16 bytes expected (2 lanes x float64), got 8.",
            Assert.Throws<ProtocolException>(() => FlagsCodec.Decode(ByteString.CopyFrom(new byte[8]), rewards, "reward")).Message);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("255", 1)]
    [InlineData("256", 2)]
    [InlineData("18446744073709551616", 9)]
    [InlineData("340282366920938463463374607431768211455", 16)]
    public void Seed_AnySize_IsShortestAndComesBack(string text, int bytes)
    {
        var message = SeedCodec.Encode(Seed.Parse(text));

        Assert.Equal(bytes, message.Value.Length);
        Assert.Equal(Seed.Parse(text), SeedCodec.Decode(GymBridge.Protocol.V1.Seed.Parser.ParseFrom(message.ToByteArray())));
    }

    [Fact]
    public void Seed_None_IsAbsentNotZero()
    {
        Assert.Null(SeedCodec.Decode(GymBridge.Protocol.V1.Seed.Parser.ParseFrom(SeedCodec.Encode(null).ToByteArray())));
    }

    [Fact]
    public void Generator_StateAndSeed_ComeBack()
    {
        var rng = new Rng(9);
        rng.NextUInt32();
        foreach (BigInteger? seed in new BigInteger?[] { 9, BigInteger.MinusOne, BigInteger.Pow(2, 127), null })
        {
            Assert.Equal((rng.State, seed), GeneratorCodec.Decode(GeneratorCodec.Encode(rng.State, seed)));
        }
    }

    private static Columns Filled(int lanes)
    {
        var columns = new Columns(TwoFloats, lanes);
        var values = columns[0].AsSpan<float>();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i;
        }

        return columns;
    }
}
