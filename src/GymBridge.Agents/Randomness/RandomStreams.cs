using GymBridge.Seeding;
using TorchSharp;

namespace GymBridge.Agents.Randomness;

/// <summary>The random streams of one training run, all derived from its seed; the numbers are in docs/reproducibility.md.</summary>
/// <remarks>Lane i of the environment is reset with seed + i, as in Gymnasium. Stream k of lane i is
/// <c>Generator(PCG64(SeedSequence(seed * 2**64 + k * 2**32 + i)))</c>; a stream that belongs to no lane is that of lane 0.</remarks>
public static class RandomStreams
{
    private const int PurposeShift = 32;
    private const int SeedShift = 64;

    private static readonly Lock DefaultGenerator = new();

    /// <summary>A stream of a run.</summary>
    public static Rng Create(Seed seed, StreamPurpose purpose, int lane = 0) => new(SeedOf(seed, purpose, lane));

    /// <summary>The seed of a stream of a run.</summary>
    public static Seed SeedOf(Seed seed, StreamPurpose purpose, int lane = 0) =>
        (seed.ToBigInteger() << SeedShift) + ((System.Numerics.BigInteger)(int)purpose << PurposeShift) + lane;

    /// <summary>Makes networks whose initial weights depend on the seed alone.</summary>
    /// <remarks>Layers draw from the tensor library's default generator, of which there is one in a process: networks that are
    /// made at the same time wait for one another.</remarks>
    public static T InitialWeights<T>(Seed seed, Func<T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        lock (DefaultGenerator)
        {
            torch.manual_seed(unchecked((long)(ulong)(seed.ToBigInteger() & ulong.MaxValue)));
            return create();
        }
    }
}
