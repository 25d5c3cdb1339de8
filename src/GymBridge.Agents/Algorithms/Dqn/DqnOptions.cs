using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of DQN; the defaults are Stable-Baselines3's.</summary>
public sealed record DqnOptions : AlgorithmOptions
{
    /// <summary>Step size of Adam.</summary>
    /// <value>1e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-4;

    /// <summary>Transitions that the replay buffer holds.</summary>
    /// <value>1 000 000; at least <see cref="BatchSize"/>.</value>
    [Hyperparameter("buffer_size", "Transitions that the replay buffer holds.")]
    public int BufferSize { get; init; } = 1_000_000;

    /// <summary>Environment steps, over all lanes, of random actions before learning starts.</summary>
    /// <value>100; not negative.</value>
    [Hyperparameter("learning_starts", "Environment steps of random actions before learning starts.")]
    public int LearningStarts { get; init; } = 100;

    /// <summary>Transitions of a gradient step.</summary>
    /// <value>32; at least 1.</value>
    [Hyperparameter("batch_size", "Transitions of a gradient step.", "--batch-size", "--minibatch-size")]
    public int BatchSize { get; init; } = 32;

    /// <summary>How far the target network goes towards the online one when it is updated; 1 copies it.</summary>
    /// <value>1; in (0, 1].</value>
    [Hyperparameter("tau", "How far the target network goes towards the online one at an update; 1 copies it.")]
    public double Tau { get; init; } = 1;

    /// <summary>Discount per step.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Steps of each lane between two trainings.</summary>
    /// <value>4; at least 1.</value>
    [Hyperparameter("train_freq", "Steps of each lane between two trainings.", "--train-frequency", "--train-freq")]
    public int TrainFrequency { get; init; } = 4;

    /// <summary>Gradient steps of a training.</summary>
    /// <value>1; -1 for as many as there were transitions since the last one.</value>
    [Hyperparameter("gradient_steps", "Gradient steps of a training; -1 for as many as transitions came in.")]
    public int GradientSteps { get; init; } = 1;

    /// <summary>n of the n-step returns.</summary>
    /// <value>1; between 1 and 255.</value>
    [Hyperparameter("n_steps", "Steps of rewards before a target bootstraps.", "--n-step")]
    public int NSteps { get; init; } = 1;

    /// <summary>Environment steps, over all lanes, between two updates of the target network.</summary>
    /// <value>10 000; at least 1.</value>
    [Hyperparameter("target_update_interval", "Environment steps between two updates of the target network.", "--target-network-frequency", "--target-update-interval")]
    public int TargetUpdateInterval { get; init; } = 10_000;

    /// <summary>Share of the run over which epsilon falls from its first to its last value.</summary>
    /// <value>0.1; in [0, 1].</value>
    [Hyperparameter("exploration_fraction", "Share of the run over which epsilon falls.")]
    public double ExplorationFraction { get; init; } = 0.1;

    /// <summary>Share of random actions at the start.</summary>
    /// <value>1; in [0, 1].</value>
    [Hyperparameter("exploration_initial_eps", "Share of random actions at the start.", "--start-e", "--exploration-initial-eps")]
    public double InitialEpsilon { get; init; } = 1;

    /// <summary>Share of random actions once it has fallen.</summary>
    /// <value>0.05; in [0, 1].</value>
    [Hyperparameter("exploration_final_eps", "Share of random actions once it has fallen.", "--end-e", "--exploration-final-eps")]
    public double FinalEpsilon { get; init; } = 0.05;

    /// <summary>Bound on the global norm of the gradient.</summary>
    /// <value>10; positive.</value>
    [Hyperparameter("max_grad_norm", "Bound on the global norm of the gradient.")]
    public double MaxGradNorm { get; init; } = 10;

    /// <summary>What is made of the difference between a value and its target.</summary>
    /// <value>Huber.</value>
    [Hyperparameter("loss", "What is made of an error: Huber or MeanSquaredError.")]
    public DqnLoss Loss { get; init; } = DqnLoss.Huber;

    /// <summary>Whether the online network chooses the action whose value the target network gives (Double DQN).</summary>
    /// <value>False, as in Stable-Baselines3 and CleanRL.</value>
    [Hyperparameter("double_q", "Whether the online network chooses the action that the target network values.")]
    public bool DoubleQ { get; init; }

    /// <summary>Whether the network gives the value of the state and the advantages of the actions apart.</summary>
    /// <value>False.</value>
    [Hyperparameter("dueling", "Whether the network splits values into the state's and the actions'.")]
    public bool Dueling { get; init; }

    /// <summary>Whether transitions with large errors are drawn more often.</summary>
    /// <value>False.</value>
    [Hyperparameter("prioritized_replay", "Whether transitions with large errors are drawn more often.")]
    public bool PrioritizedReplay { get; init; }

    /// <summary>How much more often: the exponent alpha of a priority; 0 draws uniformly.</summary>
    /// <value>0.6; in [0, 1].</value>
    [Hyperparameter("prioritized_replay_alpha", "Exponent of the priorities; 0 draws uniformly.")]
    public double PriorityExponent { get; init; } = 0.6;

    /// <summary>How far importance weights undo it: the exponent beta.</summary>
    /// <value>From 0.4 to 1 over the run; in [0, 1].</value>
    [Hyperparameter("prioritized_replay_beta", "Exponent of the importance weights over the run.")]
    public Schedule ImportanceExponent { get; init; } = Schedule.Linear(0.4, 1);

    /// <summary>What is added to the size of an error, so that no transition is lost.</summary>
    /// <value>1e-6; positive.</value>
    [Hyperparameter("prioritized_replay_eps", "Added to the size of an error to make a priority.")]
    public double PriorityEpsilon { get; init; } = 1e-6;

    /// <summary>Sizes of the hidden layers.</summary>
    /// <value>[64, 64].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

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
    /// <value>200; at least 1. It changes no result.</value>
    [Hyperparameter("steps_per_report", "Steps of each lane that are reported together.")]
    public int StepsPerReport { get; init; } = 200;

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
        checks.InUnitInterval(nameof(ExplorationFraction), ExplorationFraction);
        checks.InUnitInterval(nameof(InitialEpsilon), InitialEpsilon);
        checks.InUnitInterval(nameof(FinalEpsilon), FinalEpsilon);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.Defined(nameof(Loss), Loss);
        checks.InUnitInterval(nameof(PriorityExponent), PriorityExponent);
        checks.InUnitInterval(nameof(ImportanceExponent), ImportanceExponent);
        checks.Positive(nameof(PriorityEpsilon), PriorityEpsilon);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        checks.Throw("DQN");
    }
}
