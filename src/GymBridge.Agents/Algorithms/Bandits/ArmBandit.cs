using System.Runtime.InteropServices;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>A bandit algorithm that keeps tables of numbers for each arm.</summary>
public abstract class ArmBandit : BanditAlgorithm
{
    private readonly ArmNetwork _network;

    private protected ArmBandit(AlgorithmDescriptor descriptor, VectorEnv env, BanditOptions options, Seed? seed, BanditRule rule, CustomNetworks? custom)
        : base(descriptor, env, options, seed, new ArmSpec(rule), WithoutNetworks(descriptor, custom)) => _network = (ArmNetwork)Policy.Module;

    /// <summary>float64 [K * width]; a copy of the numbers that it keeps under a name.</summary>
    /// <param name="name">A name of the algorithm's page: <c>values</c>, <c>counts</c>.</param>
    /// <exception cref="KeyNotFoundException">It keeps none of that name.</exception>
    public IReadOnlyList<double> Numbers(string name) => _network.Arms[name].ToArray();

    private protected override void Learn(Tensor contexts, ReadOnlySpan<long> arms)
    {
        var features = MemoryMarshal.Cast<byte, float>(contexts.bytes);
        var width = features.Length / arms.Length;
        for (var lane = 0; lane < arms.Length; lane++)
        {
            if (Driver.IsTransition(lane))
            {
                _network.Rule.Learn(_network.Arms, features.Slice(lane * width, width), (int)arms[lane], Driver.Current.Rewards[lane], Stream(lane));
            }
        }
    }

    private static CustomNetworks? WithoutNetworks(AlgorithmDescriptor descriptor, CustomNetworks? custom) => custom is null || custom.Names.Count == 0
        ? null
        : throw new ArgumentException($"{descriptor.Title} keeps tables and has no networks; leave out {string.Join(", ", custom.Names.Select(name => $"CustomNetworks.{name}"))}.", nameof(custom));
}
