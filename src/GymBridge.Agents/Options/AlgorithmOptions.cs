using System.Text.Json.Serialization;

namespace GymBridge.Agents.Options;

/// <summary>Hyperparameters of an algorithm: an immutable record whose every property has a <see cref="HyperparameterAttribute"/>.</summary>
public abstract record AlgorithmOptions
{
    /// <summary>What reads the observations before the layers of <c>HiddenSizes</c>.</summary>
    /// <value>Auto: a Nature CNN for images of at least 36 x 36 pixels, nothing for other observations.</value>
    [Hyperparameter("network", "What reads the observations first: auto, mlp, nature-cnn, impala, one-hot or transformer.")]
    public FeatureNetworkKind Network { get; init; }

    /// <summary>Whether a run with these options steps lanes by themselves, so that the environment has to be a <see cref="SyncVectorEnv"/>.</summary>
    [JsonIgnore]
    public virtual bool StepsLanesApart => false;

    /// <summary>Checks all options and reports every bad one together.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public abstract void Validate();
}
