using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of DQN; the defaults are Stable-Baselines3's.</summary>
public sealed record DqnOptions : OffPolicyOptions
{
    /// <summary>Stable-Baselines3's defaults, to be changed by an object initializer.</summary>
    public DqnOptions()
    {
        LearningRate = 1e-4;
        BatchSize = 32;
        Tau = 1;
        TrainFrequency = 4;
        TargetUpdateInterval = 10_000;
        HiddenSizes = [64, 64];
        StepsPerReport = 200;
    }

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

    private protected override string Title => "DQN";

    private protected override void Check(OptionChecks checks)
    {
        checks.InUnitInterval(nameof(ExplorationFraction), ExplorationFraction);
        checks.InUnitInterval(nameof(InitialEpsilon), InitialEpsilon);
        checks.InUnitInterval(nameof(FinalEpsilon), FinalEpsilon);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.Defined(nameof(Loss), Loss);
        checks.InUnitInterval(nameof(PriorityExponent), PriorityExponent);
        checks.InUnitInterval(nameof(ImportanceExponent), ImportanceExponent);
        checks.Positive(nameof(PriorityEpsilon), PriorityEpsilon);
    }
}
