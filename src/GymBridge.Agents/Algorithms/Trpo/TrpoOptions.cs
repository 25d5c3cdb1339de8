using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of TRPO; the defaults are those of sb3-contrib.</summary>
public sealed record TrpoOptions : AlgorithmOptions
{
    /// <summary>Steps of each lane in a rollout.</summary>
    /// <value>2048; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane in a rollout.", "--num-steps", "--n-steps")]
    public int RolloutSteps { get; init; } = 2048;

    /// <summary>Radius of the trust region: the mean KL divergence of the new policy from the old one.</summary>
    /// <value>0.01; positive.</value>
    [Hyperparameter("target_kl", "Bound on the KL divergence: of a step (trpo), or 1.5 times it ends an update (ppo).")]
    public double TargetKl { get; init; } = 0.01;

    /// <summary>Steps of the conjugate gradient.</summary>
    /// <value>15; at least 1.</value>
    [Hyperparameter("cg_max_steps", "Steps of the conjugate gradient.")]
    public int ConjugateGradientSteps { get; init; } = 15;

    /// <summary>Multiple of the identity that is added to the Fisher matrix.</summary>
    /// <value>0.1; not negative.</value>
    [Hyperparameter("cg_damping", "Multiple of the identity that is added to the Fisher matrix.")]
    public double Damping { get; init; } = 0.1;

    /// <summary>Whether a step is shortened until it is in the trust region and better; without it this is the natural policy gradient.</summary>
    /// <value>True.</value>
    [Hyperparameter("line_search", "Whether a step is shortened until it is in the trust region and better; false is the natural policy gradient.")]
    public bool LineSearch { get; init; } = true;

    /// <summary>By what a step is shortened.</summary>
    /// <value>0.8; in [0, 1].</value>
    [Hyperparameter("line_search_shrinking_factor", "By what a step is shortened.")]
    public double LineSearchShrinkage { get; init; } = 0.8;

    /// <summary>Lengths that are tried.</summary>
    /// <value>10; at least 1.</value>
    [Hyperparameter("line_search_max_iter", "Lengths of a step that are tried.")]
    public int LineSearchSteps { get; init; } = 10;

    /// <summary>Passes of the value network over a rollout.</summary>
    /// <value>10; at least 1.</value>
    [Hyperparameter("n_critic_updates", "Passes of the value network over a rollout.")]
    public int ValueEpochs { get; init; } = 10;

    /// <summary>Transitions of a minibatch of the value network.</summary>
    /// <value>128; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a minibatch.", "--minibatch-size", "--batch-size")]
    public int MinibatchSize { get; init; } = 128;

    /// <summary>Step size of the value network's Adam.</summary>
    /// <value>1e-3; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-3;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of longer advantage estimates.</summary>
    /// <value>0.95; in [0, 1].</value>
    [Hyperparameter("gae_lambda", "Weight of longer advantage estimates.")]
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>Whether advantages are normalised over the rollout.</summary>
    /// <value>True.</value>
    [Hyperparameter("normalize_advantage", "Whether advantages are normalised.")]
    public bool NormalizeAdvantage { get; init; } = true;

    /// <summary>Sizes of the hidden layers, of the policy and of the value network.</summary>
    /// <value>[64, 64].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

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
        checks.AtLeast(nameof(RolloutSteps), RolloutSteps, 1);
        checks.Positive(nameof(TargetKl), TargetKl);
        checks.AtLeast(nameof(ConjugateGradientSteps), ConjugateGradientSteps, 1);
        checks.NotNegative(nameof(Damping), Damping);
        checks.InUnitInterval(nameof(LineSearchShrinkage), LineSearchShrinkage);
        checks.AtLeast(nameof(LineSearchSteps), LineSearchSteps, 1);
        checks.AtLeast(nameof(ValueEpochs), ValueEpochs, 1);
        checks.AtLeast(nameof(MinibatchSize), MinibatchSize, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("TRPO");
    }
}
