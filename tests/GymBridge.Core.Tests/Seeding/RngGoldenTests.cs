using System.Globalization;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class RngGoldenTests
{
    private const int CheckpointDraws = 100_000;

    // 0, 42, 2^32, 2^64 + 5, 2^100 + 7 and 2^200 + 3: one and two words, more than 64 bits, all of the pool, more than the pool.
    public static TheoryData<string> Seeds => new(
        "0",
        "42",
        "4294967296",
        "18446744073709551621",
        "1267650600228229401496703205383",
        "1606938044258990275541962092341162602522202993782792835301379");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GenerateState_GoldenSeed_IsNumPys(string seed)
    {
        var golden = GoldenNumbers.Case(seed);
        var sequence = new SeedSequence(Seed.Parse(seed));
        var words32 = new uint[golden.Words32.Length];
        var words64 = new ulong[golden.Words64.Length];

        sequence.GenerateState(words32);
        sequence.GenerateState(words64);

        Assert.Equal(golden.Words32, words32);
        Assert.Equal(golden.Words64, words64.Select(Hex));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void R05_FirstDraws_GoldenSeed_AreNumPys(string seed)
    {
        var golden = GoldenNumbers.Case(seed);
        Rng Fresh() => new(Seed.Parse(seed));
        static string[] Four(Func<double> draw) => [.. Enumerable.Range(0, 4).Select(_ => Hex(BitConverter.DoubleToUInt64Bits(draw())))];

        var raw = Fresh();

        Assert.Equal(golden.Initial.ToRngState(), raw.State);
        Assert.Equal(golden.Raw, Enumerable.Range(0, 4).Select(_ => Hex(raw.NextUInt64())));
        Assert.Equal(golden.Random, Four(Fresh().Random));
        Assert.Equal(golden.Normal, Four(Fresh().Normal));
        Assert.Equal(golden.Exponential, Four(Fresh().Exponential));
    }

    // A million calls over every method and many ranges: equal numbers and, every 100 000 calls, equal state.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void R05_MixedDraws_OneMillion_EqualNumPysInValuesAndState(string seed)
    {
        using var draws = new MixedDraws(Seed.Parse(seed));
        foreach (var checkpoint in GoldenNumbers.Case(seed).Mixed)
        {
            draws.Draw(CheckpointDraws);

            Assert.Equal(checkpoint.ToRngState(), draws.Rng.State);
            Assert.Equal(checkpoint.Sha256, draws.Digest());
        }
    }

    private static string Hex(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);
}
