using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Applies a function to every observation.</summary>
    /// <typeparam name="TInner">Type of an observation inside.</typeparam>
    /// <typeparam name="TObservation">Type of an observation outside.</typeparam>
    /// <typeparam name="TAction">Type of an action.</typeparam>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="transform">Gives a fresh observation of <paramref name="observationSpace"/>.</param>
    /// <param name="observationSpace">The observations outside.</param>
    /// <exception cref="ArgumentException">A type cannot hold values of its space.</exception>
    public static Env<TObservation, TAction> TransformObservation<TInner, TObservation, TAction>(
        this Env<TInner, TAction> env, Func<TInner, TObservation> transform, Space observationSpace) =>
        new TransformObservation<TInner, TObservation, TAction>(env, transform, observationSpace);

    /// <summary>Applies a function to every observation, in the natural type of its space.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="transform">Gives a fresh observation of <paramref name="observationSpace"/>.</param>
    /// <param name="observationSpace">The observations outside.</param>
    public static Env TransformObservation(this Env env, Func<object, object> transform, Space observationSpace) =>
        env.Accept(new NaturalObservation<object>(transform, observationSpace, nameof(TransformObservation)));

    /// <summary>Applies a function to the observation of each lane.</summary>
    /// <typeparam name="TInner">Type of an observation inside.</typeparam>
    /// <typeparam name="TObservation">Type of an observation outside.</typeparam>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="transform">Gives an observation of the space outside.</param>
    /// <param name="observationSpace">The observations of one lane outside.</param>
    /// <exception cref="ArgumentException">A type cannot hold values of its space.</exception>
    public static VectorEnv TransformObservation<TInner, TObservation>(
        this VectorEnv env, Func<TInner, TObservation> transform, Space observationSpace) =>
        new VectorObservations(env, new FunctionTransform<TInner, TObservation>(env.SingleObservationSpace, observationSpace, observationSpace, transform));

    /// <summary>Applies a function to the observations of all lanes at once.</summary>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="transform">Fills the second columns, the observations outside, from the first; for final observations too.</param>
    /// <param name="observationSpace">The observations of one lane outside; null for those inside.</param>
    public static VectorEnv TransformObservation(this VectorEnv env, Action<Columns, Columns> transform, Space? observationSpace = null) =>
        new VectorObservations(env, observationSpace, (source, target, _) => transform(source, target));
}

/// <summary>Applies a function to every observation.</summary>
/// <typeparam name="TInner">Type of an observation inside.</typeparam>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</remarks>
internal sealed class TransformObservation<TInner, TObservation, TAction> : Wrapper<TObservation, TAction, TInner, TAction>, ISnapshot
{
    private readonly Func<TInner, TObservation> _transform;
    private readonly string? _name;
    private readonly Action? _onReset;
    private readonly ISnapshot? _state;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="transform">Gives a fresh observation of <paramref name="observationSpace"/>.</param>
    /// <param name="observationSpace">The observations outside.</param>
    public TransformObservation(Env<TInner, TAction> env, Func<TInner, TObservation> transform, Space observationSpace)
        : this(env, transform, observationSpace, null, null)
    {
    }

    internal TransformObservation(
        Env<TInner, TAction> env, Func<TInner, TObservation> transform, Space observationSpace, string? name, Action? onReset, ISnapshot? state = null)
        : base(env, observationSpace, env.ActionSpace)
    {
        _name = name;
        _state = state;
        _transform = transform;
        _onReset = onReset;
    }

    Info ISnapshot.Save() => _state?.Save() ?? [];

    void ISnapshot.Restore(Info state) => _state?.Restore(state);

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
