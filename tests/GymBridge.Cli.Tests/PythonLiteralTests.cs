using System.Numerics;
using GymBridge.Cli.Options;

namespace GymBridge.Cli.Tests;

public class PythonLiteralTests
{
    [Theory]
    [InlineData("None", null)]
    [InlineData("null", null)]
    [InlineData("True", true)]
    [InlineData("false", false)]
    [InlineData("-3", -3L)]
    [InlineData("1e-3", 1e-3)]
    [InlineData("rgb_array", "rgb_array")]
    [InlineData("two words", "two words")]
    [InlineData("'3'", "3")]
    [InlineData("\"a\\u00e9\\n\"", "aé\n")]
    [InlineData("", "")]
    public void Parse_Scalar_HasPythonsMeaning(string text, object? expected) => Assert.Equal(expected, PythonLiteral.Parse(text));

    [Fact]
    public void Parse_IntegerBeyond64Bits_IsKept() =>
        Assert.Equal(BigInteger.Pow(2, 70), PythonLiteral.Parse("1180591620717411303424"));

    [Fact]
    public void Parse_Nested_KeepsListsTuplesAndOrder()
    {
        var value = Assert.IsType<Info>(PythonLiteral.Parse("{'b': [1, 2.5, 'x'], \"a\": (1,), 'c': (1), 'd': {}, 'e': [word, None]}"));
        Assert.Equal(["b", "a", "c", "d", "e"], value.Keys);
        Assert.Equal([1L, 2.5, "x"], Assert.IsType<List<object?>>(value["b"]));
        Assert.Equal(TupleValue.Of(1L), value["a"]);
        Assert.Equal(1L, value["c"]);
        Assert.Equal(0, Assert.IsType<Info>(value["d"]).Count);
        Assert.Equal(["word", null], Assert.IsType<List<object?>>(value["e"]));
    }

    [Theory]
    [InlineData("[1, 2", "',' or ']' is expected at character 6.")]
    [InlineData("[1] 2", "the end is expected at character 5.")]
    [InlineData("{1: 2}", "a text as key is expected at character 3.")]
    [InlineData("'open", "a closing ' is expected at character 6.")]
    [InlineData("[,]", "a value is expected at character 2.")]
    public void Parse_Incomplete_SaysWhere(string text, string end) =>
        Assert.EndsWith(end, Assert.Throws<FormatException>(() => PythonLiteral.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_NestedWithoutEnd_IsRefused() =>
        Assert.Throws<FormatException>(() => PythonLiteral.Parse(new string('[', 100_000)));
}
