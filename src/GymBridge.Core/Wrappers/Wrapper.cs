using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>
/// An environment around another: the base of every wrapper. Override <c>OnReset</c> and <c>OnStep</c>, which call
/// <see cref="Inner"/>, and whatever else should differ; the rest is passed on.
/// </summary>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
/// <typeparam name="TInnerObservation">Type of an observation inside.</typeparam>
/// <typeparam name="TInnerAction">Type of an action inside.</typeparam>
/// <remarks>A wrapper that changes neither type derives from <see cref="Wrapper{TObservation, TAction}"/>. One that keeps something
/// from step to step implements <see cref="ISnapshot"/>, so that a state can be saved.</remarks>
public abstract class Wrapper<TObservation, TAction, TInnerObservation, TInnerAction> : Env<TObservation, TAction>
{
    private PythonTypes? _innerTypes;
    private PythonTypes? _outerTypes;

    /// <summary>Wraps <paramref name="env"/> and owns it from now on.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="observationSpace">The observations outside; null for those inside.</param>
    /// <param name="actionSpace">The actions outside; null for those inside.</param>
    /// <exception cref="ArgumentException">A type parameter cannot hold values of its space.</exception>
    protected Wrapper(Env<TInnerObservation, TInnerAction> env, Space? observationSpace = null, Space? actionSpace = null)
        : base(observationSpace ?? env.ObservationSpace, actionSpace ?? env.ActionSpace) => Inner = env;

    /// <summary>The environment directly inside this wrapper.</summary>
    public Env<TInnerObservation, TInnerAction> Inner { get; }

    /// <inheritdoc/>
    public override Env Unwrapped => Inner.Unwrapped;

    /// <inheritdoc/>
    public override EnvMetadata Metadata => Inner.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => Inner.RenderMode;

    /// <inheritdoc/>
    public override EnvSpec? Spec
    {
        get => Inner.Spec;
        internal set => Inner.Spec = value;
    }

    /// <summary>Those inside; observations of another space have the default types.</summary>
    public override PythonTypes PythonTypes
    {
        get
        {
            var inner = Inner.PythonTypes;
            if (ReferenceEquals(ObservationSpace, Inner.ObservationSpace))
            {
                return inner;
            }

            // Asked for at every step: made once for those inside, which hardly ever change.
            if (_outerTypes is null || !ReferenceEquals(inner, _innerTypes))
            {
                (_innerTypes, _outerTypes) = (inner, inner with { ObservationLeaves = [] });
            }

            return _outerTypes;
        }
    }

    /// <summary>That inside; null where actions of another space are taken.</summary>
    public override DType? WidestActionDType => ReferenceEquals(ActionSpace, Inner.ActionSpace) ? Inner.WidestActionDType : null;

    /// <inheritdoc/>
    public override Rng Rng
    {
        get => Inner.Rng;
        set => Inner.Rng = value;
    }

    /// <inheritdoc/>
    public override BigInteger RngSeed => Inner.RngSeed;

    internal override Env? InnerEnv => Inner;

    /// <summary>Name in texts; the class's.</summary>
    private protected virtual string Name => GetType().Name.Split('`')[0];

    /// <inheritdoc/>
    public override object? Render() => Inner.Render();

    /// <summary>The wrapper around its environment: <c>&lt;TimeLimit&lt;OrderEnforcing&lt;...&gt;&gt;&gt;</c>.</summary>
    public override string ToString() => $"<{Name}{Inner}>";

    /// <summary>Starts an episode of the environment inside.</summary>
    protected abstract override ResetResult<TObservation> OnReset(Seed? seed, Info? options);

    /// <summary>Has no part in a wrapper: seeds go inwards.</summary>
    protected sealed override ResetResult<TObservation> OnReset(Info? options) => OnReset(null, options);

    /// <inheritdoc/>
    protected override void OnClose() => Inner.Close();
}
