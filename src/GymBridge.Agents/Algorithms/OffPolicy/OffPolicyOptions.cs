using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of algorithms that learn from a replay buffer have in common: <see cref="Dqn"/> and <see cref="Sac"/>.</summary>
public abstract record OffPolicyOptions : AlgorithmOptions
{
    private protected OffPolicyOptions()
    {
    }

    /// <summary>Step size of the optimizers, all of which are Adam.</summary>
    /// <value>1e-4 in DQN, 3e-4 in SAC; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
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
    /// <value>32 in DQN, 256 in SAC; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a gradient step.", "--batch-size", "--minibatch-size")]
    public int BatchSize { get; init; } = 256;

    /// <summary>How far the target networks go towards the online ones when they are updated; 1 copies them.</summary>
    /// <value>1 in DQN, 0.005 in SAC; in (0, 1].</value>
    [Hyperparameter("tau", "How far the target networks go towards the online ones at an update; 1 copies them.")]
    public double Tau { get; init; } = 0.005;

    /// <summary>Discount of rewards per step.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Steps of each lane between two trainings.</summary>
    /// <value>4 in DQN, 1 in SAC; at least 1.</value>
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

    /// <summary>What lies between two updates of the target networks: environment steps over all lanes in DQN, gradient steps in SAC.</summary>
    /// <value>10 000 in DQN, 1 in SAC; at least 1.</value>
    [Hyperparameter(
        "target_update_interval",
        "Environment steps (dqn) or gradient steps (sac) between two updates of the target networks.",
        "--target-network-frequency",
        "--target-update-interval")]
    public int TargetUpdateInterval { get; init; } = 1;

    /// <summary>Sizes of the hidden layers of each network.</summary>
    /// <value>[64, 64] in DQN, [256, 256] in SAC.</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of each network.")]
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
    /// <value>200 in DQN, 100 in SAC; at least 1. It changes no result.</value>
    [Hyperparameter("steps_per_report", "Steps of each lane that are reported together.")]
    public int StepsPerReport { get; init; } = 100;

    /// <inheritdoc/>
    public sealed override void Validate()
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
        checks.Between(nameof(NSteps), NSteps, 1, ReplayBuffer.MaxSteps);
        checks.AtLeast(nameof(TargetUpdateInterval), TargetUpdateInterval, 1);
        Check(checks);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        checks.Throw(Title);
    }

    private protected abstract string Title { get; }

    private protected abstract void Check(OptionChecks checks);
}
