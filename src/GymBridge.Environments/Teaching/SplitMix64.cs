namespace GymBridge.Environments.Teaching;

/// <summary>A hash of 64 bits that serves as a random number for each key, the same in every language.</summary>
/// <remarks>Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"; the finalizer of <c>SplittableRandom</c>.</remarks>
internal static class SplitMix64
{
    /// <summary>The hash of a key.</summary>
    public static ulong Hash(ulong key)
    {
        var z = key + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The hash as a number in [0, 1), a multiple of 2^-53.</summary>
    public static double Unit(ulong key) => (Hash(key) >> 11) * (1.0 / (1UL << 53));
}
