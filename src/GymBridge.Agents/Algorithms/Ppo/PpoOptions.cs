using System.Text.Json.Serialization;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of PPO; the defaults are Stable-Baselines3's.</summary>
public sealed record PpoOptions : AlgorithmOptions
{
    /// <summary>Steps of each lane in a rollout.</summary>
    /// <value>2048; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane in a rollout.", "--num-steps", "--n-steps")]
    public int RolloutSteps { get; init; } = 2048;

    /// <summary>Transitions of a minibatch; the last one of an epoch may be smaller.</summary>
    /// <value>64; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a minibatch.", "--minibatch-size", "--batch-size")]
    public int MinibatchSize { get; init; } = 64;

    /// <summary>Passes over a rollout.</summary>
    /// <value>10; at least 1.</value>
    [Hyperparameter("n_epochs", "Passes over a rollout.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 10;

    /// <summary>Step size of Adam.</summary>
    /// <value>3e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 3e-4;

    /// <summary>Discount per step.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of longer advantage estimates.</summary>
    /// <value>0.95; in [0, 1].</value>
    [Hyperparameter("gae_lambda", "Weight of longer advantage estimates.")]
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>What the policy loss is made of.</summary>
    /// <value>The clipped surrogate.</value>
    [Hyperparameter("surrogate", "What the policy loss is made of: Clip, KlPenalty or Unclipped.")]
    public PpoSurrogate Surrogate { get; init; } = PpoSurrogate.Clip;

    /// <summary>Weight of the KL penalty, at the start where it adapts.</summary>
    /// <value>1; not negative. Used with <see cref="PpoSurrogate.KlPenalty"/>.</value>
    [Hyperparameter("kl_coef", "Weight of the KL penalty, at the start where it adapts.")]
    public double KlCoefficient { get; init; } = 1;

    /// <summary>KL divergence of an update that the penalty's weight is adapted to: halved below 1/1.5 of it, doubled above 1.5 times it.</summary>
    /// <value>Null: the weight stays. Otherwise positive; 0.01 in the paper.</value>
    [Hyperparameter("adaptive_kl_target", "KL divergence of an update that the penalty's weight is adapted to; none keeps the weight.")]
    public double? AdaptiveKlTarget { get; init; }

    /// <summary>Bound on how far the probability ratio counts.</summary>
    /// <value>0.2; positive.</value>
    [Hyperparameter("clip_range", "Bound on how far the probability ratio counts; lin_0.2 falls to 0 over the run.", "--clip-coef", "--clip-range")]
    public Schedule ClipRange { get; init; } = 0.2;

    /// <summary>Bound on how far a new value may move from the old one in the loss.</summary>
    /// <value>Null: no bound. Otherwise positive.</value>
    [Hyperparameter("clip_range_vf", "Bound on how far a new value may move from the old one in the loss; none by default.")]
    public double? ClipRangeValue { get; init; }

    /// <summary>Whether a clipped value is in the loss only where it makes it larger, as CleanRL has it; if not, always: Stable-Baselines3.</summary>
    /// <value>False.</value>
    [Hyperparameter("clip_vloss_max", "Whether a clipped value counts only where it makes the loss larger (CleanRL).")]
    public bool ClipValueAsMaximum { get; init; }

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

    /// <summary>Whether the environment says in its infos, under <c>action_mask</c>, which actions are allowed; the others are never taken.</summary>
    /// <value>False. For Discrete and MultiDiscrete actions.</value>
    [Hyperparameter("use_masking", "Whether infos hold an action_mask of the allowed actions.")]
    public bool UseActionMasks { get; init; }

    /// <summary>Sizes of the hidden layers, of the policy and of the value network.</summary>
    /// <value>[64, 64].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

    /// <summary>What stands between the layers.</summary>
    /// <value>Tanh.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Tanh;

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
        checks.AtLeast(nameof(RolloutSteps), RolloutSteps, 1);
        checks.AtLeast(nameof(MinibatchSize), MinibatchSize, 1);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.Defined(nameof(Surrogate), Surrogate);
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.Positive(nameof(AdaptiveKlTarget), AdaptiveKlTarget ?? 1);
        checks.Positive(nameof(ClipRange), ClipRange);
        checks.Positive(nameof(ClipRangeValue), ClipRangeValue ?? 1);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.Positive(nameof(TargetKl), TargetKl ?? 1);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Finite(nameof(InitialLogDeviation), InitialLogDeviation);
        checks.AtLeast(nameof(Actors), Actors, 0);
        checks.Throw("PPO");
    }
}
