using System.Globalization;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

/// <summary>golden/numpy.json, which golden/generate.py wrote with the real NumPy.</summary>
internal sealed record GoldenNumbers(string Log1pSha256, string PairwiseSha256, IReadOnlyList<GoldenCase> Cases)
{
    public static GoldenNumbers Instance { get; } =
        GoldenFile.Read<GoldenNumbers>("tests/GymBridge.Core.Tests/Seeding/golden/numpy.json");

    public static GoldenCase Case(string seed) => Instance.Cases.Single(c => c.Seed == seed);
}

internal sealed record GoldenCase(
    string Seed,
    uint[] Words32,
    string[] Words64,
    GoldenState Initial,
    string[] Raw,
    string[] Random,
    string[] Normal,
    string[] Exponential,
    GoldenState[] Mixed);

internal sealed record GoldenState(string State, string Increment, bool HasUint32, uint Uinteger, string? Sha256)
{
    public RngState ToRngState() => new(Hex128(State), Hex128(Increment), HasUint32, Uinteger);

    private static UInt128 Hex128(string digits) => UInt128.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
