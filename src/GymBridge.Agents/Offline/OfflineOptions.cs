using GymBridge.Agents.Options;

namespace GymBridge.Agents.Offline;

/// <summary>What both offline methods have in common.</summary>
public record OfflineOptions
{
    /// <summary>Times that the whole set is gone through.</summary>
    /// <value>20; at least 1.</value>
    public int Epochs { get; init; } = 20;

    /// <summary>Transitions of a gradient step.</summary>
    /// <value>64; at least 1.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>0.001; positive.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Sizes of the hidden layers; none makes it linear, which on Discrete observations is a table.</summary>
    /// <value>Two of 64.</value>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    public Activation Activation { get; init; } = Activation.Relu;

    internal virtual void Check(OptionChecks checks)
    {
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.AtLeast(nameof(BatchSize), BatchSize, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
    }

    internal void Validate(string title)
    {
        var checks = new OptionChecks();
        Check(checks);
        checks.Throw(title);
    }
}
