using Google.Protobuf;
using GymBridge.Client.Replies;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;

namespace GymBridge.Client.Tests.Replies;

public sealed class FlatInfosTests
{
    private static readonly Info First = new()
    {
        ["lives"] = 5L,
        ["speed"] = 0.5,
        ["on"] = true,
        ["height"] = 1.5f,
        ["frame_number"] = NumPyScalar.From(70_000),
        ["flag"] = NumPyScalar.From(true),
    };

    [Fact]
    public void TryRead_NumbersUnderKnownKeys_AreThoseOfTheGeneralReader()
    {
        var infos = new FlatInfos();
        infos.Learn(Message(First, 0));
        foreach (var (lane, number) in new (uint, long)[] { (0, 0), (1, 1), (127, -1), (128, 300), (70_000, long.MaxValue), (2, long.MinValue) })
        {
            var info = new Info
            {
                ["lives"] = number,
                ["speed"] = -0.0 * number,
                ["on"] = number > 0,
                ["height"] = (float)number,
                ["frame_number"] = NumPyScalar.From((int)number),
                ["flag"] = NumPyScalar.From(number < 0),
            };

            Assert.True(infos.TryRead(Message(info, lane).ToByteArray(), out var readLane, out var read));
            Assert.Equal(lane, readLane);
            Assert.Equal(Bytes(info), Bytes(read));
        }
    }

    [Fact]
    public void TryRead_OtherTypesUnderKnownKeys_AreReadAsWhatTheyAre()
    {
        var infos = new FlatInfos();
        infos.Learn(Message(new Info { ["a"] = 1L }, 0));

        Assert.True(infos.TryRead(Message(new Info { ["a"] = 1.0 }, 0).ToByteArray(), out _, out var read));
        Assert.IsType<double>(read["a"]);
        foreach (var other in new object?[] { null, "text", new Info { ["r"] = 1.0 }, NDArray.From<long>([1, 2], [2]), System.Numerics.BigInteger.Pow(2, 70) })
        {
            Assert.False(infos.TryRead(Message(new Info { ["a"] = other }, 0).ToByteArray(), out _, out _));
        }
    }

    [Fact]
    public void TryRead_OtherKeys_AreNotRead()
    {
        var infos = new FlatInfos();
        Assert.False(infos.TryRead(Message(First, 0).ToByteArray(), out _, out _));
        infos.Learn(Message(new Info { ["a"] = 1L, ["b"] = 2L }, 0));
        foreach (var keys in new[] { "a", "b", "ba", "abc", "ac", "" })
        {
            var info = new Info();
            foreach (var key in keys)
            {
                info[key.ToString()] = 1L;
            }

            Assert.False(infos.TryRead(Message(info, 0).ToByteArray(), out _, out _), keys);
        }

        var last = new LaneInfo { Info = ValueCodec.Encode(new Info { ["a"] = 1L, ["b"] = 2L }), FinalInfo = ValueCodec.Encode(new Info { ["a"] = 1L }) };
        Assert.False(infos.TryRead(last.ToByteArray(), out _, out _));
    }

    [Fact]
    public void TryRead_DamagedBytes_GiveWhatTheGeneralReaderGivesOrNothing()
    {
        var infos = new FlatInfos();
        infos.Learn(Message(First, 3));
        var whole = Message(First, 3).ToByteArray();
        var rng = new Rng(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = whole.AsSpan(0, i % 4 == 0 ? (int)rng.Integers(whole.Length + 1) : whole.Length).ToArray();
            for (var change = 0; change < i % 3 && bytes.Length > 0; change++)
            {
                bytes[rng.Integers(bytes.Length)] = (byte)rng.Integers(256);
            }

            if (Reads(infos, bytes) is var (lane, info))
            {
                var message = LaneInfo.Parser.ParseFrom(bytes);
                Assert.Equal(message.Lane, lane);
                Assert.Equal(Bytes(ValueCodec.DecodeReplyInfo(message.Info, "info")!), Bytes(info));
            }
        }
    }

    private static (uint Lane, Info Info)? Reads(FlatInfos infos, byte[] bytes)
    {
        try
        {
            return infos.TryRead(bytes, out var lane, out var info) ? (lane, info) : null;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static LaneInfo Message(Info info, uint lane) => new() { Lane = lane, Info = ValueCodec.Encode(info) };

    private static byte[] Bytes(Info info) => ValueCodec.Encode(info).ToByteArray();
}
