using System.Numerics;
using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Tests.Codec;

public sealed class ValueCodecTests
{
    [Cases(2000)]
    public void Encode_AnyValue_ComesBackWithTypesAndBits(AnyValue any)
    {
        var message = ValueCodec.Encode(any.Value);
        var bytes = message.ToByteArray();

        var back = ValueCodec.Decode(Wire.Value.Parser.ParseFrom(bytes));

        Assert.Equal(ValueText.Of(any.Value), ValueText.Of(back));
        Assert.Equal(bytes, ValueCodec.Encode(back, sharesArrays: true).ToByteArray());
    }

    [Cases(2000)]
    public void Decode_RandomBytes_GivesAValueOrAProtocolException(byte[] bytes)
    {
        Wire.Value message;
        try
        {
            message = Wire.Value.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        Record.Exception(() => ValueCodec.Decode(message)).AssertNullOr<ProtocolException>();
    }

    [Cases(1000)]
    public void Decode_SpoiledBytes_GiveAValueOrAProtocolException(AnyValue any, int position, byte value)
    {
        var bytes = ValueCodec.Encode(any.Value).ToByteArray();
        bytes[(int)((uint)position % (uint)bytes.Length)] = value;
        Wire.Value message;
        try
        {
            message = Wire.Value.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        Record.Exception(() => ValueCodec.Decode(message)).AssertNullOr<ProtocolException>();
    }

    [Fact]
    public void Decode_Integers_AreLongOrBigInteger()
    {
        Assert.IsType<long>(ValueCodec.Decode(ValueCodec.Encode(3)));
        Assert.IsType<long>(ValueCodec.Decode(new Wire.Value { BigInteger = ByteString.CopyFrom(5) }));
        Assert.Equal(BigInteger.Pow(2, 70), ValueCodec.Decode(ValueCodec.Encode(BigInteger.Pow(2, 70))));
        Assert.Equal(Wire.Value.KindOneofCase.Integer, ValueCodec.Encode(new BigInteger(7)).KindCase);
    }

    [Fact]
    public void Encode_UnsupportedType_NamesPathAndType()
    {
        var value = new Info { ["a"] = new List<object?> { 1L, new Info { ["b"] = new object() } } };

        var error = Assert.Throws<NotSupportedException>(() => ValueCodec.Encode(value, "info"));

        Assert.StartsWith("info['a'][1]['b'] is a System.Object, which cannot be carried; null, bool,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_WhatHasAnObviousForm_GoesInThatForm()
    {
        (object Given, object? Expected)[] cases =
        [
            (DayOfWeek.Friday, 5L), ((byte)7, 7L), ('x', "x"), (new DateOnly(2020, 1, 2), "2020-01-02"), (Guid.Empty, Guid.Empty.ToString()),
            (new[] { "a", "b" }, new List<object?> { "a", "b" }), (new[,] { { 1f, 2f } }, NDArray.From<float>([1, 2], 1, 2)),
            (new Dictionary<string, int> { ["a"] = 1 }, new Info { ["a"] = 1L }), (ulong.MaxValue, (BigInteger)ulong.MaxValue),
        ];
        foreach (var (given, expected) in cases)
        {
            Assert.Equal(ValueText.Of(expected), ValueText.Of(ValueCodec.Decode(ValueCodec.Encode(given))));
        }
    }

    [Fact]
    public void InfoCodec_EntriesThatCannotBeCarried_AreLeftOutWithAWarningEach()
    {
        var info = new Info { ["good"] = 1L, ["bad"] = new object(), ["inner"] = new Info { ["x"] = 2L, ["y"] = new List<object?> { new object() } }, ["text"] = new string('x', 70_000) };
        var warnings = new List<string>();

        var back = (Info)ValueCodec.Decode(InfoCodec.Encode(info, "info", 1 << 20, warnings.Add))!;

        Assert.Equal("{str 'good': int 1, str 'inner': {str 'x': int 2}}", ValueText.Of(back));
        Assert.Equal(3, warnings.Count);
        Assert.StartsWith("info['bad'] is a System.Object, which cannot be carried", warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("info['inner']['y'][0] is a System.Object", warnings[1], StringComparison.Ordinal);
        Assert.StartsWith("info['text'] is a text of 70000 bytes, over the limit of 65536", warnings[2], StringComparison.Ordinal);
    }

    [Fact]
    public void InfoCodec_TooLarge_LosesTheLargestEntriesFirst()
    {
        var warnings = new List<string>();

        var back = (Info)ValueCodec.Decode(InfoCodec.Encode(new Info { ["a"] = new byte[10], ["b"] = new byte[1000], ["c"] = new byte[20] }, "info", 100, warnings.Add))!;

        Assert.Equal(["a", "c"], back.Keys);
        Assert.StartsWith("info['b'] takes 1003 bytes", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_HalfASurrogatePair_IsRefused()
    {
        var error = Assert.Throws<NotSupportedException>(() => ValueCodec.Encode(new Info { ["name"] = "a\uD800" }, "info"));

        Assert.Equal("info['name'] is a text with half of a surrogate pair, which UTF-8 cannot carry.", error.Message);
    }

    [Fact]
    public void Depth_ThirtyTwoContainers_PassAndOneMoreDoesNot()
    {
        Assert.NotNull(ValueCodec.Decode(ValueCodec.Encode(Nested(32))));
        Assert.Throws<NotSupportedException>(() => ValueCodec.Encode(Nested(33)));
        var message = new Wire.Value { List = new Wire.Value.Types.List { Items = { ValueCodec.Encode(Nested(32)) } } };
        Assert.Equal("value nests deeper than 32 containers.", Assert.Throws<ProtocolException>(() => ValueCodec.Decode(message)).Message);
    }

    [Fact]
    public void Encode_ListThatHoldsItself_IsRefused()
    {
        var items = new List<object?>();
        items.Add(items);

        Assert.Throws<NotSupportedException>(() => ValueCodec.Encode(items));
    }

    [Fact]
    public void DecodeReplyInfo_KeysOfOtherKinds_BecomeText()
    {
        var message = Dict(
            [ValueCodec.Encode(1L), ValueCodec.Encode("1"), ValueCodec.Encode(null), ValueCodec.Encode(new TupleValue([1L, "a"])), ValueCodec.Encode("inner")],
            [ValueCodec.Encode("of int"), ValueCodec.Encode("of text"), ValueCodec.Encode(3L), ValueCodec.Encode(4L), Dict([ValueCodec.Encode(null)], [ValueCodec.Encode(5L)])]);
        var info = ValueCodec.DecodeReplyInfo(message, "info")!;
        Assert.Equal(["1'", "1", "None", "(1, 'a')", "inner"], info.Select(item => item.Key));
        Assert.Equal(["of int", "of text", 3L, 4L], info.Take(4).Select(item => item.Value));
        Assert.Equal(5L, Assert.IsType<OrderedDictionary<object, object?>>(info["inner"])["None"]);
        Assert.Throws<ProtocolException>(() => ValueCodec.DecodeInfo(message, "kwargs"));
    }

    [Fact]
    public void Items_MoreThanTheLimit_AreRefusedOnBothSides()
    {
        var many = Enumerable.Repeat<object?>(null, 100_000).ToList();
        Assert.Throws<NotSupportedException>(() => ValueCodec.Encode(many));
        var message = new Wire.Value { List = new Wire.Value.Types.List() };
        message.List.Items.AddRange(many.Select(_ => new Wire.Value { None = true }));
        Assert.Equal("value has more than 100000 items.", Assert.Throws<ProtocolException>(() => ValueCodec.Decode(message)).Message);
    }

    [Theory]
    [InlineData("keys", "value: a dict with 1 keys and 0 values.")]
    [InlineData("twice", "value['a']: the key comes twice.")]
    [InlineData("none key", "value['key 0']: None cannot be the key of a dict here.")]
    [InlineData("list key", "value['key 0']: a list, dict or array cannot be the key of a dict.")]
    [InlineData("short array", "value: A float32 array of shape (2,) takes 8 bytes, got 7.")]
    [InlineData("huge array", "value: A uint8 array of shape (2147483647, 2147483647) takes more than 2147483591 bytes.")]
    [InlineData("wide array", "value: Dimension 0 has the extent 18446744073709551615; at most 2147483647 is possible.")]
    [InlineData("rank", "value: An array has at most 64 dimensions, got 65.")]
    [InlineData("dtype", "value: Element type 99 is not known; 1 (bool) to 12 (float64) are.")]
    [InlineData("bool byte", "value: bool array: byte 0 is 7, a flag is 0 or 1.")]
    [InlineData("scalar shape", "value: a NumPy scalar has the shape (), got one of 1 dimensions.")]
    [InlineData("empty int", "value: an integer has 1 to 65536 bytes, got 0.")]
    public void Decode_WhatIsNoValue_SaysWhy(string name, string text)
    {
        var message = name switch
        {
            "keys" => Dict([ValueCodec.Encode("a")], []),
            "twice" => Dict([ValueCodec.Encode("a"), ValueCodec.Encode("a")], [ValueCodec.Encode(1), ValueCodec.Encode(2)]),
            "none key" => Dict([ValueCodec.Encode(null)], [ValueCodec.Encode(1)]),
            "list key" => Dict([ValueCodec.Encode(new List<object?>())], [ValueCodec.Encode(1)]),
            "short array" => Array(Wire.DType.Float32, [2], 7),
            "huge array" => Array(Wire.DType.Uint8, [int.MaxValue, int.MaxValue], 0),
            "wide array" => Array(Wire.DType.Uint8, [ulong.MaxValue], 0),
            "rank" => Array(Wire.DType.Uint8, Enumerable.Repeat(1UL, 65), 1),
            "dtype" => Array((Wire.DType)99, [], 1),
            "bool byte" => new Wire.Value { Array = new Wire.NDArray { Dtype = Wire.DType.Bool, Shape = { 1 }, Data = ByteString.CopyFrom(7) } },
            "scalar shape" => new Wire.Value { Scalar = Array(Wire.DType.Uint8, [1], 1).Array },
            _ => new Wire.Value { BigInteger = ByteString.Empty },
        };

        Assert.Equal(text, Assert.Throws<ProtocolException>(() => ValueCodec.Decode(message)).Message);
    }

    private static object? Nested(int depth)
    {
        object? value = 1L;
        for (var i = 0; i < depth; i++)
        {
            value = new List<object?> { value };
        }

        return value;
    }

    private static Wire.Value Dict(IEnumerable<Wire.Value> keys, IEnumerable<Wire.Value> values) =>
        new() { Dict = new Wire.Value.Types.Dict { Keys = { keys }, Values = { values } } };

    private static Wire.Value Array(Wire.DType dtype, IEnumerable<ulong> shape, int bytes) =>
        new() { Array = new Wire.NDArray { Dtype = dtype, Shape = { shape }, Data = ByteString.CopyFrom(new byte[bytes]) } };
}

internal static class ExceptionAssert
{
    public static void AssertNullOr<T>(this Exception? exception)
        where T : Exception
    {
        if (exception is not null)
        {
            Assert.IsType<T>(exception);
        }
    }
}
