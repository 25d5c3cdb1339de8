using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Torch;
using GymBridge.Torch.Binding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Networks of a user's own in place of the built-in ones; those that are left out are made from the options.</summary>
/// <remarks>Any TorchSharp module will do. Shapes are checked when the algorithm is made, by a forward pass of two rows of zeros. The
/// algorithm owns the modules from then on, and puts them into training mode where it learns and into evaluation mode where it acts, for
/// dropout and batch normalisation. Their first weights are drawn where they are made, from the library's generator; made within
/// <see cref="Randomness.RandomStreams.InitialWeights{T}"/>, they depend on the seed alone. A checkpoint holds their weights but cannot hold their code: whoever loads it passes
/// modules of the same form.</remarks>
public sealed record CustomNetworks
{
    /// <summary>float32 [B, F] of encoded observations to float32 [B, G]; before policy and value network. Null passes observations on.</summary>
    public nn.Module<Tensor, Tensor>? FeaturesExtractor { get; init; }

    /// <summary>float32 [B, G] to what the action head takes: one logit or, in DQN, one action value for each action, or the mean of each
    /// number of a Box.</summary>
    public nn.Module<Tensor, Tensor>? Policy { get; init; }

    /// <summary>float32 [B, G] to float32 [B, 1], the value of the state.</summary>
    public nn.Module<Tensor, Tensor>? Value { get; init; }

    /// <summary>A policy of linear layers with ReLU between them and the tensor library's own initial weights, where built-in ones are
    /// orthogonal.</summary>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="sizes">Features in, sizes of hidden layers, and numbers out.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or the layers would have more than 2^29 weights.</exception>
    public static CustomNetworks OfLinearLayers(Seed seed, params int[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Length < 2)
        {
            throw new ArgumentException($"Linear layers need the numbers of features in and of numbers out, got {sizes.Length} sizes.", nameof(sizes));
        }

        return new CustomNetworks
        {
            Policy = RandomStreams.InitialWeights(seed, () => Mlp.CreateUniform(sizes[0], sizes[1..^1], sizes[^1], Activation.Relu)),
        };
    }

    /// <summary>Which of the networks are a user's, by name; recorded in checkpoints.</summary>
    internal IReadOnlyList<string> Names =>
    [
        .. new[] { (nameof(FeaturesExtractor), FeaturesExtractor), (nameof(Policy), Policy), (nameof(Value), Value) }
            .Where(item => item.Item2 is not null)
            .Select(item => item.Item1),
    ];

    /// <summary>The networks that are a user's.</summary>
    internal IEnumerable<nn.Module<Tensor, Tensor>> Modules => new[] { FeaturesExtractor, Policy, Value }.OfType<nn.Module<Tensor, Tensor>>();

    /// <summary>Finds out now, not in the middle of a run, that a module uses more of TorchSharp than the managed engine has.</summary>
    /// <exception cref="TorchEngineException">The message names the members, and the way out.</exception>
    internal void ThrowIfEngineLacksAnything()
    {
        foreach (var module in Modules)
        {
            EngineBinding.ThrowIfIncomplete(module.GetType().Assembly);
        }
    }
}
