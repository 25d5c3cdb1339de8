namespace GymBridge.Agents.Options;

/// <summary>Hyperparameters of an algorithm: an immutable record whose every property has a <see cref="HyperparameterAttribute"/>.</summary>
public abstract record AlgorithmOptions
{
    /// <summary>Checks all options and reports every bad one together.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public abstract void Validate();
}
