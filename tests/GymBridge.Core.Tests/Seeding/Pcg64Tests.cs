using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class Pcg64Tests
{
    [Fact]
    public void NextUInt32_TwoCalls_AreTheHalvesOfOneDrawLowFirst()
    {
        var whole = new Pcg64(new SeedSequence(42));
        var halves = whole;
        var bits = whole.NextUInt64();

        Assert.Equal((uint)bits, halves.NextUInt32());
        Assert.Equal((uint)(bits >> 32), halves.NextUInt32());
        Assert.Equal(whole.State.State, halves.State.State);
    }

    [Fact]
    public void Copy_ThenDraw_LeavesTheOriginal()
    {
        var original = new Pcg64(new SeedSequence(42));
        var copy = original;
        Assert.True(original == copy);

        copy.NextUInt64();

        Assert.True(original != copy);
        Assert.Equal(new Pcg64(new SeedSequence(42)), original);
    }

    [Fact]
    public void Constructor_EvenIncrement_ThrowsWithRemedy()
    {
        var error = Assert.Throws<ArgumentException>(() => new Pcg64(new RngState(1, 2, false, 0)));

        Assert.StartsWith("Increment 2 of the generator state is even; a PCG64 increment is odd.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeedSequence_Equality_FollowsTheSeed()
    {
        Assert.True(new SeedSequence(7) == new SeedSequence(7UL));
        Assert.True(new SeedSequence(7) != new SeedSequence(8));
        Assert.Equal(new SeedSequence(7).GetHashCode(), new SeedSequence(7).GetHashCode());
    }
}
