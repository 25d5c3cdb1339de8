using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;
using GymBridge.Errors;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class SeedTests
{
    private static readonly BigInteger TwoTo64 = BigInteger.One << 64;

    [Fact]
    public void Conversion_NegativeInt_ThrowsWithValueAndRemedy()
    {
        var error = Assert.Throws<InvalidSeedException>(() => (Seed)(-3));

        Assert.Equal(
            "Seed -3 is negative; a seed is a non-negative integer of any size: pass 0 or greater, or leave the seed out to have one drawn from the operating system's entropy.",
            error.Message);
    }

    [Fact]
    public void Conversion_NegativeLongOrBigInteger_Throws()
    {
        Assert.Throws<InvalidSeedException>(() => (Seed)long.MinValue);
        Assert.Throws<InvalidSeedException>(() => (Seed)(-TwoTo64));
    }

    [Fact]
    public void Equality_SameValueFromEveryType_IsOneSeed()
    {
        Seed seed = 42;

        Assert.Equal(seed, 42L);
        Assert.Equal(seed, 42U);
        Assert.Equal(seed, 42UL);
        Assert.Equal(seed, new BigInteger(42));
        Assert.Equal(seed.GetHashCode(), ((Seed)new BigInteger(42)).GetHashCode());
        Assert.Equal(default, (Seed)0);
        Assert.NotEqual((Seed)TwoTo64, (Seed)0);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData(" 42 ", "42")]
    [InlineData("007", "7")]
    [InlineData("0x2a", "42")]
    [InlineData("0XFF", "255")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("0x10000000000000000", "18446744073709551616")]
    [InlineData("166777562734392274643580554016220805574", "166777562734392274643580554016220805574")]
    public void Parse_DecimalOrHexadecimal_ReadsTheValue(string text, string expected) =>
        Assert.Equal(expected, Seed.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("-1")]
    [InlineData("1,000")]
    [InlineData(null)]
    public void TryParse_NotASeed_IsFalse(string? text)
    {
        Assert.False(Seed.TryParse(text, out var seed));
        Assert.Equal(default, seed);
    }

    [Fact]
    public void Parse_NotASeed_ThrowsWithTheText()
    {
        Assert.StartsWith("Seed 'forty-two' is not a decimal or 0x hexadecimal integer;", Assert.Throws<InvalidSeedException>(() => Seed.Parse("forty-two")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Seed -7 is negative;", Assert.Throws<InvalidSeedException>(() => Seed.Parse("-7")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Seed text is null;", Assert.Throws<InvalidSeedException>(() => Seed.Parse(null!)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("41", 1, "42")]
    [InlineData("42", -42, "0")]
    [InlineData("18446744073709551615", 1, "18446744073709551616")]
    [InlineData("18446744073709551616", -1, "18446744073709551615")]
    [InlineData("340282366920938463463374607431768211455", 2147483647, "340282366920938463463374607433915695102")]
    public void Add_AcrossTheSixtyFourBitEdge_IsTheSum(string seed, int offset, string expected)
    {
        Assert.Equal(Seed.Parse(expected), Seed.Parse(seed).Add(offset));
        Assert.Equal(Seed.Parse(expected), Seed.Parse(seed) + offset);
    }

    [Fact]
    public void Add_BelowZero_Throws() => Assert.Throws<InvalidSeedException>(() => (Seed)1 + -2);

    [Fact]
    public void FromEntropy_Twice_GivesDifferentSeedsOfAtMost128Bits()
    {
        var first = Seed.FromEntropy();

        Assert.NotEqual(first, Seed.FromEntropy());
        Assert.True(first.ToLittleEndianBytes().Length <= 16);
    }

    [Fact]
    public void ToLittleEndianBytes_KnownSeeds_HaveTheLowByteFirstAndNoPadding()
    {
        Assert.Empty(((Seed)0).ToLittleEndianBytes());
        Assert.Equal([0x2C, 0x01], ((Seed)300).ToLittleEndianBytes());
        Assert.Equal([0xFF], ((Seed)255).ToLittleEndianBytes());
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, 1], ((Seed)(TwoTo64 + 5)).ToLittleEndianBytes());
    }

    [Fact]
    public void FromLittleEndianBytes_PaddedZeros_AreIgnored()
    {
        Assert.Equal((Seed)42, Seed.FromLittleEndianBytes([42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal((Seed)0, Seed.FromLittleEndianBytes([]));
    }

    [Property]
    public bool LittleEndianBytes_AnySeed_RoundTrip(BigInteger value)
    {
        Seed seed = BigInteger.Abs(value);
        return Seed.FromLittleEndianBytes(seed.ToLittleEndianBytes()) == seed;
    }

    [Property]
    public bool FromLittleEndianBytes_AnyBytes_IsTheirUnsignedValue(byte[] bytes) =>
        Seed.FromLittleEndianBytes(bytes).ToBigInteger() == new BigInteger(bytes, isUnsigned: true);

    [Property]
    public bool Parse_AnySeedWritten_RoundTrips(BigInteger value)
    {
        Seed seed = BigInteger.Abs(value);
        var hexadecimal = "0x" + BigInteger.Abs(value).ToString("X", CultureInfo.InvariantCulture);
        return Seed.Parse(seed.ToString()) == seed && Seed.Parse(hexadecimal) == seed;
    }
}
