using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>The independent random streams of one training run, all derived from its seed.</summary>
/// <remarks>Lane i of the environment gets seed + i, as in Gymnasium; the others get seed * 2^32 + number, which no lane reaches.</remarks>
internal static class RandomStreams
{
    /// <summary>The stream that samples actions.</summary>
    public static Rng Policy(Seed seed) => Stream(seed, 1);

    /// <summary>The stream that shuffles minibatches.</summary>
    public static Rng Minibatches(Seed seed) => Stream(seed, 2);

    /// <summary>The seed for the tensor library's generator, which draws the initial weights.</summary>
    public static long Torch(Seed seed) => unchecked((long)(ulong)(seed.ToBigInteger() & ulong.MaxValue));

    private static Rng Stream(Seed seed, int number) => new((Seed)((seed.ToBigInteger() << 32) + number));
}
