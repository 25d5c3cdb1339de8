namespace GymBridge.Agents;

/// <summary>Something that is due whenever a run passes a multiple of a number of timesteps.</summary>
/// <remarks>What is due depends on the timesteps alone, so that a run that was resumed does the same as one that was not.</remarks>
internal sealed class StepInterval
{
    private readonly long _every;
    private long _last;

    public StepInterval(long every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _every = every;
    }

    public void Start(long timesteps) => _last = timesteps;

    public bool IsDue(long timesteps)
    {
        var isDue = timesteps / _every > _last / _every;
        _last = timesteps;
        return isDue;
    }
}
