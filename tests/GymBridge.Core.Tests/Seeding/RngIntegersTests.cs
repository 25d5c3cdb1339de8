using FsCheck.Xunit;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class RngIntegersTests
{
    [Fact]
    public void Integers_OneValue_DrawsNothing()
    {
        var rng = new Rng(1);
        var before = rng.State;

        Assert.Equal(0, rng.Integers(1));
        Assert.Equal(5L, rng.Integers(5L, 6L));
        Assert.Equal(ulong.MaxValue, rng.Integers<ulong>(ulong.MaxValue, (Int128)1 << 64));
        Assert.Equal(-128, rng.Integers<sbyte>(-128, -127));
        Assert.Equal(9, rng.Integers<short>(9, 10));
        Assert.True(rng.Integers<bool>(1, 2));
        Assert.Equal(0, rng.Choice(1));

        Assert.Equal(before, rng.State);
    }

    [Fact]
    public void Integers_FullUInt32Range_IsTheRawDraw()
    {
        var (bounded, typed, raw) = (new Rng(1), new Rng(1), new Rng(1));
        for (var i = 0; i < 100; i++)
        {
            var expected = raw.NextUInt32();
            Assert.Equal(expected, bounded.Integers(0L, 1L << 32));
            Assert.Equal(expected, typed.Integers<uint>(0, 1L << 32));
        }

        Assert.Equal(raw.State, bounded.State);
        Assert.Equal(raw.State, typed.State);
    }

    [Fact]
    public void Integers_FullUInt64Range_IsTheRawDraw()
    {
        var (unsigned, signed, raw) = (new Rng(1), new Rng(1), new Rng(1));
        for (var i = 0; i < 100; i++)
        {
            var expected = raw.NextUInt64();
            Assert.Equal(expected, unsigned.Integers<ulong>(0, (Int128)1 << 64));
            Assert.Equal(unchecked(long.MinValue + (long)expected), signed.Integers<long>(long.MinValue, (Int128)1 << 63));
        }
    }

    [Fact]
    public void Integers_RangeAround32Bits_ChangesFromTheBufferToWholeDraws()
    {
        var rng = new Rng(1);

        rng.Integers(0L, uint.MaxValue);
        Assert.True(rng.State.HasUInt32);
        rng.Integers(0L, (1L << 32) + 1);
        Assert.True(rng.State.HasUInt32);
        rng.Integers(0L, 1L << 32);
        Assert.False(rng.State.HasUInt32);
    }

    [Fact]
    public void Integers_BytesOfOneCall_ShareDrawsAndDiscardTheRest()
    {
        var rng = new Rng(1);
        var raw = rng.Clone();
        var values = new byte[5];

        rng.Integers(0, 256, values.AsSpan());

        var (first, second) = (raw.NextUInt32(), raw.NextUInt32());
        Assert.Equal([(byte)first, (byte)(first >> 8), (byte)(first >> 16), (byte)(first >> 24), (byte)second], values);
        Assert.Equal(raw.State, rng.State);
    }

    // Literals: np.random.default_rng(0).integers(0, 2, size=40, dtype=bool).
    [Fact]
    public void Integers_Booleans_AreSingleBits()
    {
        var values = new bool[40];

        new Rng(0).Integers(0, 2, values.AsSpan());

        Assert.Equal("1111101001000001010000111001101111110011", string.Concat(values.Select(v => v ? '1' : '0')));
    }

    [Fact]
    public void Integers_Int32AndInt64_AreOneStream()
    {
        var (narrow, wide) = (new Rng(5), new Rng(5));
        for (var high = 1; high < 2000; high++)
        {
            Assert.Equal(wide.Integers(-3L, high), narrow.Integers(-3, high));
        }

        Assert.Equal(wide.State, narrow.State);
    }

    [Fact]
    public void Integers_EmptyDestination_ChecksAndDrawsNothing()
    {
        var rng = new Rng(1);
        var before = rng.State;

        rng.Integers(0, 0, Span<int>.Empty);

        Assert.Equal(before, rng.State);
    }

    [Fact]
    public void Integers_EmptyRange_ThrowsWithRemedy()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers(3, 3));

        Assert.StartsWith("Integers got the empty range [3, 3); pass a high, which is exclusive, above low.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers(0L));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers(2UL, 1UL));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers<byte>(5, 5));
    }

    [Fact]
    public void Integers_BoundsOutsideTheType_ThrowWithTheValidOnes()
    {
        var high = Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers<byte>(0, 257));
        var low = Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Integers<byte>(-1, 256));

        Assert.StartsWith("Integers got [0, 257), which leaves 'Byte'; pass bounds within [0, 256).", high.Message, StringComparison.Ordinal);
        Assert.Equal("high", high.ParamName);
        Assert.Equal("low", low.ParamName);
    }

    [Fact]
    public void Integers_UnsupportedType_Throws()
    {
        var error = Assert.Throws<NotSupportedException>(() => new Rng(1).Integers<double>(0, 1));

        Assert.Equal("Integers cannot draw 'Double'; use sbyte, byte, short, ushort, int, uint, long, ulong or bool.", error.Message);
    }

    [Property]
    public bool Integers_AnyBounds_StayWithin(ulong seed, long a, long b)
    {
        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        if (low == high)
        {
            high = low + 1;
        }

        var value = new Rng(seed).Integers(low, high);
        return low <= value && value < high;
    }
}
