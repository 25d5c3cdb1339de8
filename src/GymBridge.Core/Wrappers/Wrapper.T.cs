using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>A wrapper of an environment of the same types that passes everything on; override what should differ.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <example>
/// <code>
/// public sealed class Fuel&lt;TObservation, TAction&gt;(Env&lt;TObservation, TAction&gt; env, double price) : Wrapper&lt;TObservation, TAction&gt;(env)
/// {
///     protected override StepResult&lt;TObservation&gt; OnStep(TAction action)
///     {
///         var step = base.OnStep(action);
///         return step with { Reward = step.Reward - price };
///     }
/// }
/// </code>
/// </example>
public abstract class Wrapper<TObservation, TAction> : Wrapper<TObservation, TAction, TObservation, TAction>
{
    /// <summary>Wraps <paramref name="env"/> and owns it from now on.</summary>
    /// <param name="env">The environment inside.</param>
    /// <param name="observationSpace">The observations outside; null for those inside.</param>
    /// <param name="actionSpace">The actions outside; null for those inside.</param>
    protected Wrapper(Env<TObservation, TAction> env, Space? observationSpace = null, Space? actionSpace = null)
        : base(env, observationSpace, actionSpace)
    {
    }

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options) => Inner.Reset(seed, options);

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action) => Inner.Step(action);
}
