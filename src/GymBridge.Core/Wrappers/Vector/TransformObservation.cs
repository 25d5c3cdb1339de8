using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the observations of all lanes at once.</summary>
/// <remarks>For a function of one observation there is <see cref="VectorizeTransformObservation{TInner, TObservation}"/>. Source:
/// <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class TransformObservation : VectorObservationWrapper
{
    private readonly Action<Columns, Columns> _transform;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="transform">Fills the second columns, the observations outside, from the first.</param>
    /// <param name="singleObservationSpace">The observations of one lane outside; null for those inside.</param>
    /// <exception cref="ArgumentException">The autoreset mode is SameStep.</exception>
    public TransformObservation(VectorEnv env, Action<Columns, Columns> transform, Space? singleObservationSpace = null)
        : base(env, singleObservationSpace) => _transform = transform;

    /// <inheritdoc/>
    protected override void Observations(Columns source, Columns target, ReadOnlySpan<bool> mask) => _transform(source, target);
}
