using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>An environment around another whose observations or actions have other types; it passes on everything else.</summary>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
/// <typeparam name="TInnerObservation">Type of an observation inside.</typeparam>
/// <typeparam name="TInnerAction">Type of an action inside.</typeparam>
public abstract class TransformedEnv<TObservation, TAction, TInnerObservation, TInnerAction> : Env<TObservation, TAction>
{
    private readonly string? _name;

    /// <summary>Wraps <paramref name="env"/> and owns it from now on.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="observationSpace">The observations outside.</param>
    /// <param name="actionSpace">The actions outside.</param>
    /// <param name="name">Name in texts; null for the class's.</param>
    protected TransformedEnv(Env<TInnerObservation, TInnerAction> env, Space observationSpace, Space actionSpace, string? name = null)
        : base(observationSpace, actionSpace)
    {
        Inner = env;
        _name = name;
    }

    /// <summary>The environment directly inside.</summary>
    public Env<TInnerObservation, TInnerAction> Inner { get; }

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
    public override PythonTypes PythonTypes => Inner.PythonTypes with { ObservationLeaves = [] };

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
        return Restart(seed, options);
    }

    /// <inheritdoc/>
    public override object? Render() => Inner.Render();

    /// <inheritdoc/>
    public override string ToString()
    {
        var name = _name ?? GetType().Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return $"<{(tick < 0 ? name : name[..tick])}{Inner}>";
    }

    /// <summary>Starts an episode of the environment inside.</summary>
    protected abstract ResetResult<TObservation> Restart(Seed? seed, Info? options);

    /// <inheritdoc/>
    protected sealed override ResetResult<TObservation> OnReset(Info? options) => Restart(null, options);

    /// <inheritdoc/>
    protected override void OnClose() => Inner.Dispose();
}
