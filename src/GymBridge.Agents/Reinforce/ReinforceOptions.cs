namespace GymBridge.Agents.Reinforce;

/// <summary>Hyperparameters of REINFORCE.</summary>
public sealed record ReinforceOptions
{
    /// <summary>Whole episodes are collected until they have at least this many steps; then follows an update.</summary>
    public int StepsPerUpdate { get; init; } = 1000;

    /// <summary>Step size of the policy's Adam.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Step size of the baseline's Adam.</summary>
    public double BaselineLearningRate { get; init; } = 1e-2;

    /// <summary>Gradient steps of the baseline in an update; 0 uses no baseline.</summary>
    public int BaselineSteps { get; init; } = 20;

    /// <summary>Discount per step, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of the entropy bonus.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Whether the weights of the log-probabilities are brought to mean 0 and deviation 1 over the update.</summary>
    public bool NormalizeReturns { get; init; } = true;

    /// <summary>Sizes of the hidden tanh layers, of the policy and of the baseline.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [32];

    /// <summary>Checks all options and reports every bad one together.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(StepsPerUpdate), StepsPerUpdate, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Positive(nameof(BaselineLearningRate), BaselineLearningRate);
        checks.AtLeast(nameof(BaselineSteps), BaselineSteps, 0);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Throw("REINFORCE");
    }
}
