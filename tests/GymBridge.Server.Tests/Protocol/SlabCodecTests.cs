using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Protocol;

/// <summary>Columns, flags, seeds and generators.</summary>
public sealed class SlabCodecTests
{
    private static readonly Box TwoFloats = new(-1, 1, [2]);

    [Fact]
    public void Decode_WhatAddCopiesWrote_GivesTheSameBytes()
    {
        var (source, target) = (Filled(3), new Columns(TwoFloats, 3));
        var slabs = new RepeatedField<ByteString>();

        ColumnsCodec.AddCopies(source, slabs);
        ColumnsCodec.Decode(slabs, target);

        Assert.True(source[0].Bytes.SequenceEqual(target[0].Bytes));
    }

    [Fact]
    public void AddShared_ColumnsChangeLater_SlabsShowIt()
    {
        var source = Filled(1);
        var slabs = new RepeatedField<ByteString>();
        ColumnsCodec.AddShared(source, slabs);

        source[0].AsSpan<float>()[0] = 77;

        Assert.True(source[0].Bytes.SequenceEqual(slabs[0].Span));
    }

    [Fact]
    public void DecodeLanes_WhatAddLanesWrote_FillsOnlyThoseLanes()
    {
        var (source, target) = (Filled(4), new Columns(TwoFloats, 4));
        bool[] mask = [false, true, false, true];
        var slabs = new RepeatedField<ByteString>();

        ColumnsCodec.AddLanes(source, mask, slabs);
        ColumnsCodec.DecodeLanes(slabs, mask, target);

        Assert.Equal(16, slabs[0].Length);
        Assert.Equal([0f, 0f, 2f, 3f, 0f, 0f, 6f, 7f], target[0].AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(23, "leaf 0 '': 24 bytes expected (3 lanes x 2 x float32), got 23.")]
    [InlineData(25, "leaf 0 '': 24 bytes expected (3 lanes x 2 x float32), got 25.")]
    public void Decode_WrongLength_SaysLeafShapeAndBothLengths(int length, string text)
    {
        var slabs = new RepeatedField<ByteString> { ByteString.CopyFrom(new byte[length]) };

        Assert.Equal(text, Assert.Throws<ProtocolException>(() => ColumnsCodec.Decode(slabs, new Columns(TwoFloats, 3))).Message);
    }

    [Fact]
    public void Decode_BoolLeafWithAnotherByte_IsRefused()
    {
        var slabs = new RepeatedField<ByteString> { ByteString.CopyFrom(1, 2) };

        Assert.Equal(
            "leaf 0 '': byte 1 is 2, a flag is 0 or 1.",
            Assert.Throws<ProtocolException>(() => ColumnsCodec.Decode(slabs, new Columns(new Box(0, 1, [2], DType.Bool), 1))).Message);
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
