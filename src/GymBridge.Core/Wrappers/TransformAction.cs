using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Applies a function to every action.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
/// <typeparam name="TInner">Type of an action inside.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</remarks>
public sealed class TransformAction<TObservation, TAction, TInner> : Wrapper<TObservation, TAction, TObservation, TInner>
{
    private readonly Func<TAction, TInner> _transform;
    private readonly string? _name;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="transform">Gives the action for the environment inside.</param>
    /// <param name="actionSpace">The actions outside.</param>
    public TransformAction(Env<TObservation, TInner> env, Func<TAction, TInner> transform, Space actionSpace)
        : this(env, transform, actionSpace, null)
    {
    }

    internal TransformAction(Env<TObservation, TInner> env, Func<TAction, TInner> transform, Space actionSpace, string? name)
        : base(env, env.ObservationSpace, actionSpace) => (_transform, _name) = (transform, name);

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes;

    private protected override string Name => _name ?? base.Name;

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action) => Inner.Step(_transform(action));
}
