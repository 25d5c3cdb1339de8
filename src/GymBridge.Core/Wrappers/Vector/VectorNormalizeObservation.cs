using GymBridge.Seeding;

namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the observations of all lanes together mean 0 and variance 1, by the moments of those seen so far.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/stateful_observation.py</c> 1.4.0.</remarks>
internal sealed class VectorNormalizeObservation : VectorObservations, ISnapshot, IObservationStageOwner
{
    private readonly ObservationNormalization _normalization;

    public VectorNormalizeObservation(VectorEnv env, double epsilon)
        : this(env, new ObservationNormalization(env.SingleObservationSpace, epsilon))
    {
        if (env.AutoresetMode == AutoresetMode.Disabled)
        {
            throw new ArgumentException(
                $"Expected env.metadata['autoreset_mode'] to be AutoresetMode.NEXT_STEP, got {env.AutoresetMode}; make the environment with NextStep or SameStep.", nameof(env));
        }
    }

    private VectorNormalizeObservation(VectorEnv env, ObservationNormalization normalization)
        : base(
            env,
            normalization.Space,
            (source, target, _) => normalization.Apply(source[0].Bytes, target[0].AsSpan<float>()),
            (source, target, lanes) => ApplyToFinals(normalization, source, target, lanes)) => _normalization = normalization;

    public Normalization Normalization => _normalization.State;

    /// <inheritdoc/>
    public IObservationStage Stage => _normalization;

    internal override bool IsStateless => false;

    Info ISnapshot.Save() => Normalization.Save();

    void ISnapshot.Restore(Info state) => Normalization.Restore(state);

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

    private static void ApplyToFinals(ObservationNormalization normalization, Columns source, Columns target, ReadOnlySpan<bool> lanes)
    {
        var all = target[0].AsSpan<float>();
        var elements = target[0].Leaf.Elements;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            if (lanes[lane])
            {
                normalization.Apply(source[0].Lane(lane), all.Slice(lane * elements, elements), isFinal: true);
            }
        }
    }
}
