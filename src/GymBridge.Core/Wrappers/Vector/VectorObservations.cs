using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the observations of all lanes, those that ended an episode in the same step as well.</summary>
/// <remarks>Gymnasium's refuse <see cref="AutoresetMode.SameStep"/>, because they would leave final observations as they are. Source:
/// <c>gymnasium/vector/vector_env.py</c> 1.4.0.</remarks>
internal class VectorObservations : VectorWrapper
{
    private readonly VectorStep _inner;
    private readonly ObservationMap _map;
    private readonly ObservationMap _mapFinal;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="space">The observations of one lane outside; null for those inside.</param>
    /// <param name="map">What is done to observations.</param>
    /// <param name="mapFinal">What is done to final ones; null for the same.</param>
    public VectorObservations(VectorEnv env, Space? space, ObservationMap map, ObservationMap? mapFinal = null)
        : base(env, space)
    {
        _inner = env.CreateStep();
        (_map, _mapFinal) = (map, mapFinal ?? map);
    }

    /// <summary>One that does to the observation of each lane what a wrapper of single environments does to its own.</summary>
    public VectorObservations(VectorEnv env, LaneTransform transform)
        : this(env, transform.Space, transform.ApplyToLanes)
    {
    }

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes with { ObservationLeaves = [] };

    internal override bool IsStateless => true;

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        _inner.WantsInfos = result.WantsInfos;
        Inner.Reset(_inner, seeds, mask, options);
        result.CopyOutcomes(_inner);
        _map(_inner.Observations, result.Observations, mask);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        _inner.WantsInfos = result.WantsInfos;
        Inner.Step(actions, _inner);
        result.CopyOutcomes(_inner);
        _map(_inner.Observations, result.Observations, default);
        if (AutoresetMode == AutoresetMode.SameStep && result.HasFinal.AsSpan().Contains(true))
        {
            _mapFinal(_inner.FinalObservations, result.FinalObservations, result.HasFinal);
        }
    }
}
