using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of the one-step actor-critic; docs/algorithms/one_step_actor_critic.md has each beside its name in Stable-Baselines3.</summary>
public sealed record OneStepActorCriticOptions : AlgorithmOptions
{
    /// <summary>Steps of each lane between two reports; the weights move after every step.</summary>
    /// <value>100; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane between two reports; the weights move after every step.", "--num-steps", "--n-steps")]
    public int StepsPerReport { get; init; } = 100;

    /// <summary>Step size of the policy.</summary>
    /// <value>0.1; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 0.1;

    /// <summary>Step size of the value; at least twice the policy's is a good start where networks are not linear.</summary>
    /// <value>0.1; positive.</value>
    [Hyperparameter("value_learning_rate", "Step size of the value.")]
    public Schedule ValueLearningRate { get; init; } = 0.1;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Whether a step of the policy is discounted by gamma^t, as the policy gradient theorem has it and hardly anyone does.</summary>
    /// <value>False.</value>
    [Hyperparameter("discount_policy_gradient", "Whether a step of the policy is discounted by gamma^t.")]
    public bool DiscountPolicyGradient { get; init; }

    /// <summary>Sizes of the hidden layers, of the policy and of the value network; none makes both linear.</summary>
    /// <value>None.</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [];

    /// <summary>What stands between the layers.</summary>
    /// <value>Tanh.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether weights start orthogonal and biases at zero; if not, as the tensor library makes them: uniform.</summary>
    /// <value>True.</value>
    [Hyperparameter("ortho_init", "Whether weights start orthogonal; if not, uniform as PyTorch's.")]
    public bool StartsOrthogonal { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Positive(nameof(ValueLearningRate), ValueLearningRate);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("One-step actor-critic");
    }
}
