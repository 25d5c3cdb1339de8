using GymBridge.Seeding;
using TorchSharp;

namespace GymBridge.Agents;

/// <summary>The independent random streams of one training run, all derived from its seed.</summary>
/// <remarks>Lane i of the environment gets seed + i, as in Gymnasium; the others get seed * 2^32 + number, which no lane reaches.</remarks>
internal static class RandomStreams
{
    private static readonly Lock DefaultGenerator = new();

    /// <summary>The stream that samples actions.</summary>
    public static Rng Policy(Seed seed) => Stream(seed, 1);

    /// <summary>The stream that shuffles minibatches.</summary>
    public static Rng Minibatches(Seed seed) => Stream(seed, 2);

    /// <summary>Makes networks whose initial weights depend on the seed alone.</summary>
    /// <remarks>Layers draw from the tensor library's default generator, of which there is one in a process: agents that are
    /// made at the same time wait for one another.</remarks>
    public static T InitialWeights<T>(Seed seed, Func<T> create)
    {
        lock (DefaultGenerator)
        {
            torch.manual_seed(unchecked((long)(ulong)(seed.ToBigInteger() & ulong.MaxValue)));
            return create();
        }
    }

    private static Rng Stream(Seed seed, int number) => new((Seed)((seed.ToBigInteger() << 32) + number));
}
