using System.Runtime.InteropServices;

namespace GymBridge.Wrappers;

/// <summary>Gives observations mean 0 and variance 1, by the moments of those seen so far.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</remarks>
public sealed class NormalizeObservation
{
    private readonly ObservationNormalization _normalization;

    private NormalizeObservation(ObservationNormalization normalization) => _normalization = normalization;

    /// <summary>The moments of the observations seen.</summary>
    public RunningMoments Moments => _normalization.Moments;

    /// <summary>Whether observations still change the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments
    {
        get => _normalization.UpdatesMoments;
        set => _normalization.UpdatesMoments = value;
    }

    /// <summary>Wraps an environment whose observations are arrays or numbers; the new ones are float32 arrays.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <returns>The wrapped environment, and the moments to look at or to hold.</returns>
    /// <exception cref="ArgumentException">The observations are neither arrays nor numbers, or epsilon is not positive.</exception>
    public static (Env Env, NormalizeObservation Normalization) Wrap(Env env, double epsilon = 1e-8)
    {
        var normalization = new ObservationNormalization(env.ObservationSpace, epsilon);
        return (env.Accept(new LaneObservation<NDArray>(new Transform(normalization), nameof(NormalizeObservation))), new(normalization));
    }

    private sealed class Transform(ObservationNormalization normalization) : ArrayTransform(normalization.Space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target) => normalization.Apply(source, MemoryMarshal.Cast<byte, float>(target));
    }
}
