namespace GymBridge.Core.Tests.Seeding;

/// <summary>Decides what a golden test draws next; the Script of golden/generate.py (Knuth's MMIX congruence).</summary>
internal sealed class DrawScript(ulong start)
{
    private ulong _x = start;

    public ulong Next64() => _x = (_x * 6364136223846793005) + 1442695040888963407;

    public uint Next() => (uint)(Next64() >> 33);

    /// <summary>A multiple of 2^-53 in [0, 1).</summary>
    public double NextUnit() => (Next64() >> 11) * (1.0 / (1UL << 53));
}
