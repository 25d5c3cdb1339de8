namespace GymBridge.Agents.Ppo;

/// <summary>Hyperparameters of PPO, named after Stable-Baselines3's; the defaults are its defaults.</summary>
public sealed record PpoOptions
{
    /// <summary>Lanes of the vector environment (n_envs).</summary>
    public int NumEnvs { get; init; } = 1;

    /// <summary>Steps of each lane in a rollout (n_steps).</summary>
    public int RolloutSteps { get; init; } = 2048;

    /// <summary>Transitions of a minibatch (batch_size).</summary>
    public int MinibatchSize { get; init; } = 64;

    /// <summary>Passes over a rollout (n_epochs).</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Step size of Adam.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>Lowers the learning rate linearly to 0 over the run.</summary>
    public bool AnnealLearningRate { get; init; }

    /// <summary>Discount per step, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of longer advantage estimates, in [0, 1].</summary>
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>Bound on how far the probability ratio counts.</summary>
    public double ClipRange { get; init; } = 0.2;

    /// <summary>Lowers the clip range linearly to 0 over the run.</summary>
    public bool AnnealClipRange { get; init; }

    /// <summary>Bound on how far a new value may move from the old one in the loss (clip_range_vf); null for no bound.</summary>
    public double? ClipRangeValue { get; init; }

    /// <summary>Weight of the entropy bonus (ent_coef).</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Weight of the value loss (vf_coef).</summary>
    public double ValueCoefficient { get; init; } = 0.5;

    /// <summary>Bound on the global norm of the gradient.</summary>
    public double MaxGradNorm { get; init; } = 0.5;

    /// <summary>Whether advantages are normalised within each minibatch.</summary>
    public bool NormalizeAdvantage { get; init; } = true;

    /// <summary>Ends the epochs of an update once the approximate KL divergence exceeds 1.5 times this; null never does.</summary>
    public double? TargetKl { get; init; }

    /// <summary>Sizes of the hidden tanh layers, of the policy and of the value network.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

    /// <summary>rl-zoo3's setting for CartPole-v1, 100 000 timesteps.</summary>
    public static PpoOptions CartPole { get; } = new()
    {
        NumEnvs = 8,
        RolloutSteps = 32,
        MinibatchSize = 256,
        Epochs = 20,
        LearningRate = 1e-3,
        AnnealLearningRate = true,
        Gamma = 0.98,
        GaeLambda = 0.8,
        ClipRange = 0.2,
        AnnealClipRange = true,
    };

    /// <summary>Checks all options and reports every bad one together.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(NumEnvs), NumEnvs, 1);
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
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Throw("PPO");
    }
}
