using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Applies a function to every observation.</summary>
/// <typeparam name="TInner">Type of an observation inside.</typeparam>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</remarks>
public sealed class TransformObservation<TInner, TObservation, TAction> : Wrapper<TObservation, TAction, TInner, TAction>
{
    private readonly Func<TInner, TObservation> _transform;
    private readonly string? _name;
    private readonly Action? _onReset;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="transform">Gives a fresh observation of <paramref name="observationSpace"/>.</param>
    /// <param name="observationSpace">The observations outside.</param>
    public TransformObservation(Env<TInner, TAction> env, Func<TInner, TObservation> transform, Space observationSpace)
        : this(env, transform, observationSpace, null, null)
    {
    }

    internal TransformObservation(Env<TInner, TAction> env, Func<TInner, TObservation> transform, Space observationSpace, string? name, Action? onReset)
        : base(env, observationSpace, env.ActionSpace)
    {
        _name = name;
        _transform = transform;
        _onReset = onReset;
    }

    private protected override string Name => _name ?? base.Name;

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        _onReset?.Invoke();
        var (observation, info) = Inner.Reset(seed, options);
        return new(_transform(observation), info);
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = Inner.Step(action);
        return new(_transform(step.Observation), step.Reward, step.Terminated, step.Truncated, step.Info);
    }
}
