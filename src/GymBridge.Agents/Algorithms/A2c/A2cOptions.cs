using System.Text.Json.Serialization;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of A2C; the defaults are Stable-Baselines3's.</summary>
public record A2cOptions : AlgorithmOptions
{
    /// <summary>Steps of each lane in a rollout.</summary>
    /// <value>5; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane in a rollout.", "--num-steps", "--n-steps")]
    public int RolloutSteps { get; init; } = 5;

    /// <summary>Step size of the optimizer.</summary>
    /// <value>7e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 7e-4;

    /// <summary>The optimizer that moves the weights.</summary>
    /// <value>RMSprop as PyTorch has it.</value>
    [Hyperparameter("optimizer", "What moves the weights: RmsProp, RmsPropTfLike or Adam.")]
    public A2cOptimizer Optimizer { get; init; } = A2cOptimizer.RmsProp;

    /// <summary>How much of the old squared average RMSprop keeps.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("rms_prop_alpha", "How much of the old squared average RMSprop keeps.")]
    public double RmsPropAlpha { get; init; } = 0.99;

    /// <summary>Added to the denominator of the optimizer, against division by zero.</summary>
    /// <value>1e-5; positive.</value>
    [Hyperparameter("rms_prop_eps", "Epsilon of the optimizer.")]
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of longer advantage estimates; 1 is the n-step return of the paper.</summary>
    /// <value>1; in [0, 1].</value>
    [Hyperparameter("gae_lambda", "Weight of longer advantage estimates.")]
    public double GaeLambda { get; init; } = 1;

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

    /// <summary>Whether advantages are normalised over the rollout.</summary>
    /// <value>False.</value>
    [Hyperparameter("normalize_advantage", "Whether advantages are normalised.")]
    public bool NormalizeAdvantage { get; init; }

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

    /// <summary>Actors that step the lanes in threads of their own, each a part of them, with the same weights.</summary>
    /// <value>0: none, one thread steps all lanes. Otherwise at most the number of lanes; the results are the same, bit for bit.</value>
    [Hyperparameter("actors", "Actors that step the lanes in threads of their own; the results are the same, bit for bit.")]
    public int Actors { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StepsLanesApart => Actors > 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        Check(checks);
        checks.AtLeast(nameof(Actors), Actors, 0);
        checks.Throw("A2C");
    }

    private protected void Check(OptionChecks checks)
    {
        checks.AtLeast(nameof(RolloutSteps), RolloutSteps, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Defined(nameof(Optimizer), Optimizer);
        checks.InUnitInterval(nameof(RmsPropAlpha), RmsPropAlpha);
        checks.Positive(nameof(Epsilon), Epsilon);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Finite(nameof(InitialLogDeviation), InitialLogDeviation);
    }
}
