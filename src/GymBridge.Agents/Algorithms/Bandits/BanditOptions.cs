using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of all bandit algorithms have in common.</summary>
public abstract record BanditOptions : AlgorithmOptions
{
    /// <summary>Steps of each lane between two reports; it learns after every step.</summary>
    /// <value>100; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of each lane between two reports; it learns after every step.", "--num-steps", "--n-steps")]
    public int StepsPerReport { get; init; } = 100;

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        Check(checks);
        checks.Throw(Title);
    }

    private protected abstract string Title { get; }

    private protected abstract void Check(OptionChecks checks);
}
