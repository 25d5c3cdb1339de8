using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Applies a function to every action.</summary>
    /// <typeparam name="TObservation">Type of an observation.</typeparam>
    /// <typeparam name="TAction">Type of an action outside.</typeparam>
    /// <typeparam name="TInner">Type of an action inside.</typeparam>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="transform">Gives the action for the environment inside.</param>
    /// <param name="actionSpace">The actions outside.</param>
    /// <exception cref="ArgumentException">A type cannot hold values of its space.</exception>
    public static Env<TObservation, TAction> TransformAction<TObservation, TAction, TInner>(
        this Env<TObservation, TInner> env, Func<TAction, TInner> transform, Space actionSpace) =>
        new TransformAction<TObservation, TAction, TInner>(env, transform, actionSpace);

    /// <summary>Applies a function to the action of each lane.</summary>
    /// <typeparam name="TAction">Type of an action outside.</typeparam>
    /// <typeparam name="TInner">Type of an action inside.</typeparam>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="transform">Gives the action for the environment inside.</param>
    /// <param name="actionSpace">The actions of one lane outside.</param>
    /// <exception cref="ArgumentException">A type cannot hold values of its space.</exception>
    public static VectorEnv TransformAction<TAction, TInner>(this VectorEnv env, Func<TAction, TInner> transform, Space actionSpace) =>
        new VectorActions(env, new FunctionTransform<TAction, TInner>(actionSpace, env.SingleActionSpace, actionSpace, transform));

    /// <summary>Applies a function to the actions of all lanes at once.</summary>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="transform">Fills the second columns, the actions inside, from the first.</param>
    /// <param name="actionSpace">The actions of one lane outside; null for those inside.</param>
    public static VectorEnv TransformAction(this VectorEnv env, Action<Columns, Columns> transform, Space? actionSpace = null) =>
        new VectorActions(env, actionSpace, transform);
}

/// <summary>Applies a function to every action.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
/// <typeparam name="TInner">Type of an action inside.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</remarks>
internal sealed class TransformAction<TObservation, TAction, TInner> : Wrapper<TObservation, TAction, TObservation, TInner>
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

    /// <summary>None: the function is given actions of the space.</summary>
    public override DType? WidestActionDType => null;

    internal override bool IsStateless => true;

    private protected override string Name => _name ?? base.Name;

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action) => Inner.Step(_transform(action));
}
