using FsCheck.Xunit;
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

    // Literals: the bits of np.random.default_rng(42).random(), .normal() and .exponential().
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

    [Fact]
    public void Random_AfterInteger_KeepsTheBufferedHalf()
    {
        var rng = new Rng(0);
        rng.Integers(5);
        var buffered = rng.State;
        Assert.True(buffered.HasUInt32);

        rng.Random();
        rng.Normal();

        Assert.True(rng.State.HasUInt32);
        Assert.Equal(buffered.UInteger, rng.State.UInteger);
        Assert.Equal(buffered.UInteger, rng.NextUInt32());
        Assert.False(rng.State.HasUInt32);
    }

    [Fact]
    public void Fill_EveryMethod_EqualsRepeatedSingleDraws()
    {
        static void Same(Action<Rng, double[]> fill, Func<Rng, double> single)
        {
            var (filled, drawn) = (new Rng(3), new Rng(3));
            var values = new double[500];
            fill(filled, values);
            Assert.Equal(values.Select(_ => single(drawn)), values);
            Assert.Equal(drawn.State, filled.State);
        }

        Same((rng, x) => rng.Random(x), rng => rng.Random());
        Same((rng, x) => rng.Uniform(-1, 3, x), rng => rng.Uniform(-1, 3));
        Same((rng, x) => rng.StandardNormal(x), rng => rng.StandardNormal());
        Same((rng, x) => rng.Normal(1, 2, x), rng => rng.Normal(1, 2));
        Same((rng, x) => rng.Exponential(2, x), rng => rng.Exponential(2));
    }

    [Fact]
    public void Geometric_CountBeyondInt64_IsLongMaxValue() => Assert.Equal(long.MaxValue, new Rng(1).Geometric(1e-300));

    [Theory]
    [InlineData(typeof(ArgumentOutOfRangeException), 1.0, 0.0)]
    [InlineData(typeof(OverflowException), 0.0, double.PositiveInfinity)]
    [InlineData(typeof(OverflowException), double.MinValue, double.MaxValue)]
    [InlineData(typeof(OverflowException), double.NaN, 1.0)]
    public void Uniform_RangeNegativeOrNotFinite_ThrowsAndDrawsNothing(Type type, double low, double high)
    {
        var rng = new Rng(1);
        var before = rng.State;

        var error = Assert.Throws(type, () => rng.Uniform(low, high));
        Assert.Throws(type, () => rng.Uniform([0, low], [1, high], new double[2]));

        Assert.StartsWith($"Uniform needs high - low finite and not negative; low is {low} and high is {high}.", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, rng.State);
    }

    [Fact]
    public void Uniform_LengthsDiffer_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new Rng(1).Uniform(new double[2], new double[3], new double[2]));

        Assert.Equal("Uniform got bounds of lengths [2] and [3] for a destination of length [2]; all three must be equal.", error.Message);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(-0.0)]
    [InlineData(double.NegativeInfinity)]
    public void Scale_Negative_Throws(double scale)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Normal(0, scale));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Exponential(scale));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0000001)]
    [InlineData(double.NaN)]
    public void Geometric_ProbabilityOutsideRange_Throws(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Geometric(p));

    [Property]
    public bool State_SetOnAnother_ContinuesTheStream(ulong seed, byte draws)
    {
        using var mixed = new MixedDraws(seed);
        mixed.Draw(draws);
        var other = new Rng(0) { State = mixed.Rng.State };
        return Next(other) == Next(mixed.Rng) && other.State == mixed.Rng.State;
    }

    [Property]
    public bool Clone_DrawnFrom_LeavesTheOriginalAndDrawsTheSame(ulong seed, byte draws)
    {
        using var mixed = new MixedDraws(seed);
        mixed.Draw(draws);
        var before = mixed.Rng.State;
        var clone = mixed.Rng.Clone();
        var first = Next(clone);
        return mixed.Rng.State == before && Next(mixed.Rng) == first;
    }

    [Property]
    public bool Uniform_AnyBounds_StaysWithin(ulong seed, int a, int b)
    {
        var (low, high) = (Math.Min(a, b) / 7.0, Math.Max(a, b) / 7.0);
        var x = new Rng(seed).Uniform(low, high);
        return low <= x && (x < high || low == high);
    }

    [Fact]
    public void Draws_Warm_AllocateNothing()
    {
        var rng = new Rng(7);
        var doubles = new double[16];
        var singles = new float[16];
        var bytes = new sbyte[16];
        var integers = new long[16];
        var indices = new int[16];
        double[] low = [.. Enumerable.Repeat(-1.0, 16)], high = [.. Enumerable.Repeat(1.0, 16)], p = [0.1, 0.2, 0.7];

        void Draw()
        {
            for (var i = 0; i < 2000; i++)
            {
                rng.NextUInt64();
                rng.NextUInt32();
                rng.Random();
                rng.Random(doubles);
                rng.Random(singles);
                rng.Uniform(-0.05, 0.05);
                rng.Uniform(low, high, doubles);
                rng.Integers(13);
                rng.Integers(-5L, 1L << 40);
                rng.Integers(0, 2, bytes.AsSpan());
                rng.Integers(0, 100, integers.AsSpan());
                rng.Integers<ushort>(0, 100);
                rng.Integers<bool>(0, 2);
                rng.StandardNormal(doubles);
                rng.Normal(1, 2);
                rng.Exponential(doubles[0] * doubles[0]);
                rng.Geometric(0.25);
                rng.Choice(p);
                rng.Choice(p, indices);
                rng.Permutation(indices);
                rng.State = rng.State;
            }
        }

        Draw();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Draw();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Constructor_SmallSeed_AllocatesOnlyItself()
    {
        static Rng Make() => new(ulong.MaxValue);
        Make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Make();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 80);
    }

    private static (double, long, int, double) Next(Rng rng) => (rng.Random(), rng.Integers(10L), rng.Choice(7), rng.Normal());
}
