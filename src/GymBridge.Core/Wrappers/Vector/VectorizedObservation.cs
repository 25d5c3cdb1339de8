namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that does to the observation of each lane what a wrapper of single environments does to its own.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public abstract class VectorizedObservation : VectorObservationWrapper
{
    private readonly LaneTransform _transform;

    private protected VectorizedObservation(VectorEnv env, LaneTransform transform)
        : base(env, transform.Space) => _transform = transform;

    /// <inheritdoc/>
    protected sealed override void Observations(Columns source, Columns target, ReadOnlySpan<bool> mask)
    {
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                _transform.Apply(source, lane, target, lane);
            }
        }
    }
}
