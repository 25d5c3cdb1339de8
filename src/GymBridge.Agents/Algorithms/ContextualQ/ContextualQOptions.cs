using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Contextual Q; docs/algorithms/contextual_q.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ContextualQOptions : BanditOptions
{
    /// <summary>Share of pulls of any arm, the best one among them.</summary>
    /// <value>0.1; in [0, 1].</value>
    [Hyperparameter("epsilon", "Share of pulls of any arm, the best one among them; 0 is greedy, 1 at random.")]
    public double Epsilon { get; init; } = 0.1;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>0.01; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 0.01;

    /// <summary>Sizes of the hidden layers.</summary>
    /// <value>One of 32.</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [32];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

    private protected override string Title => ContextualQ.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.InUnitInterval(nameof(Epsilon), Epsilon);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
    }
}
