namespace GymBridge;

/// <summary>What a step returns: the transition, and whether the episode ended with it.</summary>
/// <param name="Observation">The observation after the action.</param>
/// <param name="Reward">The reward for the action.</param>
/// <param name="Terminated">The episode has reached an end of the task; no future value.</param>
/// <param name="Truncated">The episode was cut from outside, by a time limit for example; the future still has value.</param>
/// <param name="Info">Further facts; never null.</param>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
public readonly record struct StepResult<TObservation>(
    TObservation Observation, double Reward, bool Terminated, bool Truncated, Info Info)
{
    /// <summary>Further facts; never null.</summary>
    public Info Info { get; init; } = Info ?? throw new ArgumentNullException(nameof(Info), "The info of a step is never null; leave it out, or pass Info.Empty.");

    /// <summary>A result that is not truncated and has no info.</summary>
    public StepResult(TObservation observation, double reward, bool terminated)
        : this(observation, reward, terminated, false, Info.Empty)
    {
    }

    /// <summary>Whether the episode has ended, in either way.</summary>
    public bool Ended => Terminated || Truncated;
}
