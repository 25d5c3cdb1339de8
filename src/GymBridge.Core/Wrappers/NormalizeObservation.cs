using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Gives array observations mean 0 and variance 1, by the moments of those seen so far.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</remarks>
public sealed class NormalizeObservation
{
    private readonly double _epsilon;

    private NormalizeObservation(RunningMoments moments, double epsilon)
    {
        Moments = moments;
        _epsilon = epsilon;
    }

    /// <summary>The moments of the observations seen.</summary>
    public RunningMoments Moments { get; }

    /// <summary>Whether observations still change the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments { get; set; } = true;

    /// <summary>Wraps an environment whose observations are a Box; the new ones are float32.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <returns>The wrapped environment, and the moments to look at or to hold.</returns>
    /// <exception cref="ArgumentException">The observations are no Box, or epsilon is not positive.</exception>
    public static (Env Env, NormalizeObservation Normalization) Wrap(Env env, double epsilon = 1e-8)
    {
        var box = env.ObservationSpace as Box ?? throw new ArgumentException(
            $"NormalizeObservation requires a Box observation space, got {env.ObservationSpace}", nameof(env));
        if (!(epsilon > 0))
        {
            throw new ArgumentException($"`epsilon` should be strictly positive. Received {PythonText.Repr(epsilon)}", nameof(epsilon));
        }

        var normalization = new NormalizeObservation(new RunningMoments(box.Low.Length), epsilon);
        var space = new Box(double.NegativeInfinity, double.PositiveInfinity, box.Shape);
        return (
            env.Accept(new NaturalObservation<NDArray>(observation => normalization.Apply((NDArray)observation), space, nameof(NormalizeObservation))),
            normalization);
    }

    private NDArray Apply(NDArray observation)
    {
        var values = new double[observation.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BoxNumbers.Load(observation, i);
        }

        if (UpdatesMoments)
        {
            Moments.Update(values);
        }

        var result = new NDArray(DType.Float32, observation.Shape.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            result.AsSpan<float>()[i] = (float)((values[i] - Moments.Mean[i]) / Math.Sqrt(Moments.Variance[i] + _epsilon));
        }

        return result;
    }
}
