using System.Numerics;
using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary>An environment around another of the same types that passes everything on; override what should differ.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
public abstract class Wrapper<TObservation, TAction> : Env<TObservation, TAction>
{
    /// <summary>Wraps <paramref name="env"/> and owns it from now on.</summary>
    protected Wrapper(Env<TObservation, TAction> env)
        : base(env.ObservationSpace, env.ActionSpace) => Inner = env;

    /// <summary>The environment directly inside.</summary>
    public Env<TObservation, TAction> Inner { get; }

    /// <inheritdoc/>
    public override Env Unwrapped => Inner.Unwrapped;

    internal override Env? InnerEnv => Inner;

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

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes;

    /// <inheritdoc/>
    public override Rng Rng
    {
        get => Inner.Rng;
        set => Inner.Rng = value;
    }

    /// <inheritdoc/>
    public override BigInteger RngSeed => Inner.RngSeed;

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(Seed? seed = null, Info? options = null)
    {
        ThrowIfClosed("Reset");
        return Inner.Reset(seed, options);
    }

    /// <inheritdoc/>
    public override object? Render() => Inner.Render();

    /// <summary>The wrapper around its environment: <c>&lt;TimeLimit&lt;OrderEnforcing&lt;...&gt;&gt;&gt;</c>.</summary>
    public override string ToString()
    {
        var name = GetType().Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return $"<{(tick < 0 ? name : name[..tick])}{Inner}>";
    }

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Info? options) => Inner.Reset(null, options);

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action) => Inner.Step(action);

    /// <inheritdoc/>
    protected override void OnClose() => Inner.Dispose();
}
