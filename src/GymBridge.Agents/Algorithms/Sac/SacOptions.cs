using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of SAC; the defaults are Stable-Baselines3's.</summary>
public sealed record SacOptions : AlgorithmOptions
{
    /// <summary>Step size of Adam: of the actor, of the critics and of the temperature.</summary>
    /// <value>3e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizers; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 3e-4;

    /// <summary>Transitions that the replay buffer holds.</summary>
    /// <value>1 000 000; at least <see cref="BatchSize"/>.</value>
    [Hyperparameter("buffer_size", "Transitions that the replay buffer holds.")]
    public int BufferSize { get; init; } = 1_000_000;

    /// <summary>Environment steps, over all lanes, of uniformly random actions before learning starts.</summary>
    /// <value>100; not negative.</value>
    [Hyperparameter("learning_starts", "Environment steps of random actions before learning starts.")]
    public int LearningStarts { get; init; } = 100;

    /// <summary>Transitions of a gradient step.</summary>
    /// <value>256; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a gradient step.", "--batch-size", "--minibatch-size")]
    public int BatchSize { get; init; } = 256;

    /// <summary>How far the target critics go towards the online ones when they are updated.</summary>
    /// <value>0.005; in (0, 1].</value>
    [Hyperparameter("tau", "How far the target critics go towards the online ones at an update; 1 copies them.")]
    public double Tau { get; init; } = 0.005;

    /// <summary>Discount per step.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Steps of each lane between two trainings.</summary>
    /// <value>1; at least 1.</value>
    [Hyperparameter("train_freq", "Steps of each lane between two trainings.", "--train-frequency", "--train-freq")]
    public int TrainFrequency { get; init; } = 1;

    /// <summary>Gradient steps of a training.</summary>
    /// <value>1; -1 for as many as there were transitions since the last one.</value>
    [Hyperparameter("gradient_steps", "Gradient steps of a training; -1 for as many as transitions came in.")]
    public int GradientSteps { get; init; } = 1;

    /// <summary>n of the n-step returns.</summary>
    /// <value>1; between 1 and 255.</value>
    [Hyperparameter("n_steps", "Steps of rewards before a target bootstraps.", "--n-step")]
    public int NSteps { get; init; } = 1;

    /// <summary>Gradient steps between two updates of the target critics.</summary>
    /// <value>1; at least 1.</value>
    [Hyperparameter("target_update_interval", "Gradient steps between two updates of the target critics.", "--target-network-frequency", "--target-update-interval")]
    public int TargetUpdateInterval { get; init; } = 1;

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

    /// <summary>Sizes of the hidden layers of the actor and of each critic.</summary>
    /// <value>[256, 256].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the actor and of each critic.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [256, 256];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Whether checkpoints hold the replay buffer; without it they are small, but a run that goes on fills it anew.</summary>
    /// <value>True.</value>
    [Hyperparameter("save_replay_buffer", "Whether checkpoints hold the replay buffer.")]
    public bool SaveReplayBuffer { get; init; } = true;

    /// <summary>A folder for the replay buffer's file, for buffers larger than memory.</summary>
    /// <value>Null keeps it in memory.</value>
    [Hyperparameter("buffer_folder", "A folder for the replay buffer's file, for buffers larger than memory.")]
    public string? BufferFolder { get; init; }

    /// <summary>Steps of each lane that are reported together as one update.</summary>
    /// <value>100; at least 1. It changes no result.</value>
    [Hyperparameter("steps_per_report", "Steps of each lane that are reported together.")]
    public int StepsPerReport { get; init; } = 100;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.AtLeast(nameof(BufferSize), BufferSize, 1);
        checks.AtLeast(nameof(LearningStarts), LearningStarts, 0);
        checks.AtLeast(nameof(BatchSize), BatchSize, 1);
        checks.That(BatchSize <= BufferSize || BufferSize < 1, $"BatchSize must not be above BufferSize, got {BatchSize} and {BufferSize}");
        checks.Positive(nameof(Tau), Tau);
        checks.InUnitInterval(nameof(Tau), Tau);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.AtLeast(nameof(TrainFrequency), TrainFrequency, 1);
        checks.That(GradientSteps is -1 or > 0, $"GradientSteps must be at least 1, or -1 for as many as transitions came in, got {GradientSteps}");
        checks.Between(nameof(NSteps), NSteps, 1, ReplayBuffer.MostSteps);
        checks.AtLeast(nameof(TargetUpdateInterval), TargetUpdateInterval, 1);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient.Value);
        checks.That(!EntropyCoefficient.IsAutomatic || EntropyCoefficient.Value > 0, $"EntropyCoefficient must begin above 0 where it is learned, got {EntropyCoefficient}");
        checks.Finite(nameof(TargetEntropy), TargetEntropy ?? 0);
        checks.Defined(nameof(ActionNoise), ActionNoise);
        checks.NotNegative(nameof(ActionNoiseDeviation), ActionNoiseDeviation);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        checks.Throw("SAC");
    }
}
