using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of SAC; the defaults are Stable-Baselines3's.</summary>
public sealed record SacOptions : OffPolicyOptions
{
    /// <summary>The weight of the entropy: learned, or fixed.</summary>
    /// <value>Learned, from 1 on; not negative.</value>
    [Hyperparameter("ent_coef", "Weight of the entropy: auto, auto_0.1 to begin with 0.1, or a fixed number.")]
    public EntropyCoefficient EntropyCoefficient { get; init; } = EntropyCoefficient.Automatic();

    /// <summary>The entropy that a learned weight aims at.</summary>
    /// <value>Null for minus the number of numbers in an action.</value>
    [Hyperparameter("target_entropy", "Entropy that a learned weight aims at; none for minus the size of an action.")]
    public double? TargetEntropy { get; init; }

    /// <summary>What is added to the actions of the run beside the policy's own noise.</summary>
    /// <value>None.</value>
    [Hyperparameter("noise_type", "Noise on the actions beside the policy's own: None, Normal or OrnsteinUhlenbeck.")]
    public ActionNoise ActionNoise { get; init; } = ActionNoise.None;

    /// <summary>Standard deviation of that noise, in actions that reach from -1 to 1.</summary>
    /// <value>0.1; not negative.</value>
    [Hyperparameter("noise_std", "Standard deviation of that noise, of actions from -1 to 1.")]
    public double ActionNoiseDeviation { get; init; } = 0.1;

    private protected override string Title => "SAC";

    private protected override void Check(OptionChecks checks)
    {
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient.Value);
        checks.That(!EntropyCoefficient.IsAutomatic || EntropyCoefficient.Value > 0, $"EntropyCoefficient must begin above 0 where it is learned, got {EntropyCoefficient}");
        checks.Finite(nameof(TargetEntropy), TargetEntropy ?? 0);
        checks.Defined(nameof(ActionNoise), ActionNoise);
        checks.NotNegative(nameof(ActionNoiseDeviation), ActionNoiseDeviation);
    }
}
