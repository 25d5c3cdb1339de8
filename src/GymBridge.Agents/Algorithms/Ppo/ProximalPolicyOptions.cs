using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of <see cref="Ppo"/> and <see cref="RecurrentPpo"/> have in common.</summary>
public abstract record ProximalPolicyOptions : AlgorithmOptions
{
    private protected ProximalPolicyOptions(int rolloutSteps, int minibatchSize)
    {
        RolloutSteps = rolloutSteps;
        MinibatchSize = minibatchSize;
    }

    /// <summary>Steps of each lane in a rollout.</summary>
    /// <value>2048 in PPO, 128 in recurrent PPO; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane in a rollout.", "--num-steps", "--n-steps")]
    public int RolloutSteps { get; init; }

    /// <summary>Transitions of a minibatch; the last one of an epoch may be smaller.</summary>
    /// <value>64 in PPO, 128 in recurrent PPO; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a minibatch.", "--minibatch-size", "--batch-size")]
    public int MinibatchSize { get; init; }

    /// <summary>Passes over a rollout in one update.</summary>
    /// <value>10; at least 1.</value>
    [Hyperparameter("n_epochs", "Passes over a rollout.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 10;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>3e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 3e-4;

    /// <summary>Discount of rewards per step.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of longer advantage estimates.</summary>
    /// <value>0.95; in [0, 1].</value>
    [Hyperparameter("gae_lambda", "Weight of longer advantage estimates.")]
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>Bound on how far the probability ratio counts.</summary>
    /// <value>0.2; positive.</value>
    [Hyperparameter("clip_range", "Bound on how far the probability ratio counts; lin_0.2 falls to 0 over the run.", "--clip-coef", "--clip-range")]
    public Schedule ClipRange { get; init; } = 0.2;

    /// <summary>Bound on how far a new value may move from the old one in the loss.</summary>
    /// <value>Null: no bound. Otherwise positive.</value>
    [Hyperparameter("clip_range_vf", "Bound on how far a new value may move from the old one in the loss; none by default.")]
    public double? ClipRangeValue { get; init; }

    /// <summary>Weight of the entropy bonus.</summary>
    /// <value>0; not negative.</value>
    [Hyperparameter("ent_coef", "Weight of the entropy bonus.")]
    public double EntropyCoefficient { get; init; }

    /// <summary>Weight of the value loss.</summary>
    /// <value>0.5; not negative.</value>
    [Hyperparameter("vf_coef", "Weight of the value loss.")]
    public double ValueCoefficient { get; init; } = 0.5;

    /// <summary>Bound on the global norm of the gradient.</summary>
    /// <value>0.5; positive.</value>
    [Hyperparameter("max_grad_norm", "Bound on the global norm of the gradient.")]
    public double MaxGradNorm { get; init; } = 0.5;

    /// <summary>Whether advantages are normalised within each minibatch.</summary>
    /// <value>True.</value>
    [Hyperparameter("normalize_advantage", "Whether advantages are normalised within each minibatch.")]
    public bool NormalizeAdvantage { get; init; } = true;

    /// <summary>Ends the epochs of an update once the approximate KL divergence exceeds 1.5 times this.</summary>
    /// <value>Null: never. Otherwise positive.</value>
    [Hyperparameter("target_kl", "Ends an update once the KL divergence exceeds 1.5 times this.")]
    public double? TargetKl { get; init; }

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

    /// <summary>Logarithm of the standard deviation of continuous actions at the start.</summary>
    /// <value>0; finite.</value>
    [Hyperparameter("log_std_init", "Logarithm of the standard deviation of continuous actions at the start.")]
    public double InitialLogDeviation { get; init; }

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(RolloutSteps), RolloutSteps, 1);
        checks.AtLeast(nameof(MinibatchSize), MinibatchSize, 1);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.Positive(nameof(ClipRange), ClipRange);
        checks.Positive(nameof(ClipRangeValue), ClipRangeValue ?? 1);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.Positive(nameof(TargetKl), TargetKl ?? 1);
        Check(checks);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Finite(nameof(InitialLogDeviation), InitialLogDeviation);
        checks.Throw(Title);
    }

    private protected abstract string Title { get; }

    private protected abstract void Check(OptionChecks checks);
}
