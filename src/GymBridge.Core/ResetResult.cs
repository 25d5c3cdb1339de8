namespace GymBridge;

/// <summary>What a reset returns: the first observation of an episode, and the info.</summary>
/// <param name="Observation">The first observation of the episode.</param>
/// <param name="Info">Further facts; never null.</param>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
public readonly record struct ResetResult<TObservation>(TObservation Observation, Info Info)
{
    /// <summary>Further facts; never null.</summary>
    public Info Info { get; init; } = Info ?? throw new ArgumentNullException(nameof(Info), "The info of a reset is never null; leave it out, or pass Info.Empty.");

    /// <summary>A result whose info is empty.</summary>
    public ResetResult(TObservation observation)
        : this(observation, Info.Empty)
    {
    }

    /// <summary>A result without info, so that an environment may return the observation alone.</summary>
    public static implicit operator ResetResult<TObservation>(TObservation observation) => new(observation);
}
