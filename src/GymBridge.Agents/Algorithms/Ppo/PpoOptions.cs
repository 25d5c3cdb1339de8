using System.Text.Json.Serialization;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of PPO; the defaults are Stable-Baselines3's.</summary>
public sealed record PpoOptions : ProximalPolicyOptions
{
    /// <summary>Stable-Baselines3's defaults, to be changed by an object initializer.</summary>
    public PpoOptions()
        : base(rolloutSteps: 2048, minibatchSize: 64)
    {
    }

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

    /// <summary>Whether a clipped value is in the loss only where it makes it larger, as CleanRL has it; if not, always: Stable-Baselines3.</summary>
    /// <value>False.</value>
    [Hyperparameter("clip_vloss_max", "Whether a clipped value counts only where it makes the loss larger (CleanRL).")]
    public bool ClipValueAsMaximum { get; init; }

    /// <summary>Whether the environment says in its infos, under <c>action_mask</c>, which actions are allowed; the others are never taken.</summary>
    /// <value>False. For Discrete and MultiDiscrete actions.</value>
    [Hyperparameter("use_masking", "Whether infos hold an action_mask of the allowed actions.")]
    public bool UseActionMasks { get; init; }

    /// <summary>Actors that step the lanes in threads of their own, each a part of them, with the same weights.</summary>
    /// <value>0: none, one thread steps all lanes. Otherwise at most the number of lanes; the results are the same, bit for bit.</value>
    [Hyperparameter("actors", "Actors that step the lanes in threads of their own; the results are the same, bit for bit.")]
    public int Actors { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StepsLanesApart => Actors > 0;

    private protected override string Title => "PPO";

    private protected override void Check(OptionChecks checks)
    {
        checks.Defined(nameof(Surrogate), Surrogate);
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.Positive(nameof(AdaptiveKlTarget), AdaptiveKlTarget ?? 1);
        checks.AtLeast(nameof(Actors), Actors, 0);
    }
}
