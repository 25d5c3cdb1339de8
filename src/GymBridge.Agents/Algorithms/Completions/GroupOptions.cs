using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of algorithms that compare the completions of one prompt have in common.</summary>
public abstract record GroupOptions : CompletionOptions
{
    /// <summary>G: completions of one prompt, which are compared with one another. The lanes are a multiple of it.</summary>
    /// <value>16; at least 2.</value>
    [Hyperparameter("num_generations", "Completions of one prompt, which are compared; the lanes are a multiple of it.", "--group-size", "--num-generations")]
    public int GroupSize { get; init; } = 16;

    /// <summary>Name of a reset option that numbers the start states, such as <c>prompt</c>: group g starts with g in every update.</summary>
    /// <value>Null: each group starts where a seed of its own leads, another one in every update.</value>
    [Hyperparameter("group_option", "Reset option that numbers the start states, such as prompt: group g gets g; by default each group gets a seed.")]
    public string? GroupOption { get; init; }

    /// <summary>Sizes of the hidden layers of the policy.</summary>
    /// <value>[256, 256].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [256, 256];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

    private protected override void Check(OptionChecks checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        checks.AtLeast(nameof(GroupSize), GroupSize, 2);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
    }
}
