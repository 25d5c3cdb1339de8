using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class RngTests
{
    [Fact]
    public void State_Seed42_IsNumPys()
    {
        var expected = new RngState(
            new UInt128(0xCEA44F6798798F2A, 0xACBC7C9D68860AC8),
            new UInt128(0xFA505436C9A8416E, 0x66CAF2E28D25ABFF),
            HasUInt32: false,
            UInteger: 0);

        Assert.Equal(expected, new Rng(42).State);
    }

    [Fact]
    public void NextUInt64_Seed42_IsNumPys()
    {
        var rng = new Rng(42);

        Assert.Equal([0xC621FBCD16D92688, 0x705A5661A791FFC1], new[] { rng.NextUInt64(), rng.NextUInt64() });
    }

    // Literals: float.hex() of np.random.default_rng(42).random(), .normal() and .exponential().
    [Fact]
    public void Draws_Seed42_AreNumPys()
    {
        Assert.Equal(0x18C43F79A2DB24, new Rng(42).Random() * (1L << 53));
        Assert.Equal(0x3FD3807C1104FC6B, BitConverter.DoubleToInt64Bits(new Rng(42).Normal()));
        Assert.Equal(0x40033BD1B8765DB9, BitConverter.DoubleToInt64Bits(new Rng(42).Exponential()));
        Assert.Equal(9, new Rng(42).Geometric(0.25));
        var rng = new Rng(42);
        Assert.Equal([1, 10, 8, 5, 5, 11, 1, 9], Enumerable.Range(0, 8).Select(_ => rng.Integers(13)));
    }
}
