using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Refuses a step or render before the first reset.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    public static Env OrderEnforcing(this Env env) => Wrappers.OrderEnforcing.Wrap(env);

    /// <inheritdoc cref="OrderEnforcing(Env)"/>
    public static Env<TObservation, TAction> OrderEnforcing<TObservation, TAction>(this Env<TObservation, TAction> env) =>
        (Env<TObservation, TAction>)((Env)env).OrderEnforcing();
}

/// <summary>Refuses a step or render before the first reset. Source: <c>gymnasium/wrappers/common.py</c>, OrderEnforcing.</summary>
internal static class OrderEnforcing
{
    /// <summary>Wraps an environment whose types are not known at compile time.</summary>
    public static Env Wrap(Env env) => env.Accept(new Visitor());

    private sealed class Visitor : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new OrderEnforcing<TObservation, TAction>(env);
    }
}

/// <summary>Refuses a step or render before the first reset.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
internal sealed class OrderEnforcing<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private bool _hasReset;

    /// <summary>Guards <paramref name="env"/>.</summary>
    public OrderEnforcing(Env<TObservation, TAction> env)
        : base(env)
    {
    }

    Info ISnapshot.Save() => new() { ["has_reset"] = _hasReset };

    void ISnapshot.Restore(Info state) => _hasReset = SnapshotFields.Get<bool>(state, "has_reset", nameof(OrderEnforcing));

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        _hasReset = true;
        return base.OnReset(seed, options);
    }

    /// <inheritdoc/>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        if (!_hasReset)
        {
            throw new ResetNeededException("Cannot call env.step() before calling env.reset()");
        }

        return base.OnStep(action);
    }

    /// <inheritdoc/>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    public override object? Render()
    {
        if (!_hasReset)
        {
            throw new ResetNeededException(
                "Cannot call `env.render()` before calling `env.reset()`, if this is an intended action, make the environment without order enforcing.");
        }

        return base.Render();
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes.Add("has_reset", () => _hasReset);
}
