using GymBridge.Seeding;

namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the observations of all lanes together mean 0 and variance 1, by the moments of those seen so far.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/stateful_observation.py</c> 1.4.0.</remarks>
public sealed class NormalizeObservation : VectorObservationWrapper
{
    private readonly ObservationNormalization _normalization;

    /// <summary>Wraps a vector environment whose observations are arrays or numbers; the new ones are float32 arrays.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">The autoreset mode is not NextStep, the observations are neither arrays nor numbers, or epsilon is not positive.</exception>
    public NormalizeObservation(VectorEnv env, double epsilon = 1e-8)
        : this(env, new ObservationNormalization(env.SingleObservationSpace, epsilon))
    {
        if (env.AutoresetMode != AutoresetMode.NextStep)
        {
            throw new ArgumentException(
                $"Expected env.metadata['autoreset_mode'] to be AutoresetMode.NEXT_STEP, got {env.AutoresetMode}; make the environment with NextStep.", nameof(env));
        }
    }

    private NormalizeObservation(VectorEnv env, ObservationNormalization normalization)
        : base(env, normalization.Space) => _normalization = normalization;

    /// <summary>The moments of the observations seen.</summary>
    public RunningMoments Moments => _normalization.Moments;

    /// <summary>Whether observations still change the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments
    {
        get => _normalization.UpdatesMoments;
        set => _normalization.UpdatesMoments = value;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The mask leaves a lane out.</exception>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        if (mask.Contains(false))
        {
            throw new ArgumentException(
                "NormalizeObservation does not support partial resets. The 'reset_mask' must contain all True values.", nameof(mask));
        }

        base.OnReset(result, seeds, mask, options);
    }

    /// <inheritdoc/>
    protected override void Observations(Columns source, Columns target, ReadOnlySpan<bool> mask) =>
        _normalization.Apply(source[0].Bytes, target[0].AsSpan<float>());
}
