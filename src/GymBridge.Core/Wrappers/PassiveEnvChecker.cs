using GymBridge.Checking;
using GymBridge.Seeding;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Looks on at the first reset, the first two steps and the first rendering, and warns of what breaks the contract.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <exception cref="GymBridgeException">A space is not allowed.</exception>
    public static Env PassiveEnvChecker(this Env env) => Wrappers.PassiveEnvChecker.Wrap(env);

    /// <inheritdoc cref="PassiveEnvChecker(Env)"/>
    public static Env<TObservation, TAction> PassiveEnvChecker<TObservation, TAction>(this Env<TObservation, TAction> env) =>
        (Env<TObservation, TAction>)((Env)env).PassiveEnvChecker();
}

/// <summary>Looks on at the first reset, the first two steps and the first rendering, and warns of what breaks the contract.</summary>
/// <remarks>Made by a registry around each environment unless switched off. Source: <c>gymnasium/wrappers/common.py</c> and
/// <c>utils/passive_env_checker.py</c> 1.4.0.</remarks>
internal static class PassiveEnvChecker
{
    /// <summary>Wraps an environment whose types are not known at compile time.</summary>
    /// <exception cref="GymBridgeException">A space is not allowed.</exception>
    public static Env Wrap(Env env) => env.Accept(new Visitor());

    private sealed class Visitor : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new PassiveEnvChecker<TObservation, TAction>(env);
    }
}

/// <summary>Looks on at the first reset, the first two steps and the first rendering, and warns of what breaks the contract.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Warnings go to <see cref="GymWarnings"/>. Results are passed on unchanged; after the second step only a flag is read.</remarks>
internal sealed class PassiveEnvChecker<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    internal override bool IsStateless => true;

    private bool _hasCheckedReset;
    private bool _hasCheckedStep;
    private bool _hasCheckedRender;
    private bool _hasCheckedSteps;
    private (object? Observation, Info Info)? _previous;

    /// <summary>Checks the spaces of <paramref name="env"/>.</summary>
    /// <exception cref="GymBridgeException">A space is not allowed.</exception>
    public PassiveEnvChecker(Env<TObservation, TAction> env)
        : base(env)
    {
        PassiveChecks.CheckSpace(env.ActionSpace, "action", GymWarnings.Warn);
        PassiveChecks.CheckSpace(env.ObservationSpace, "observation", GymWarnings.Warn);
    }

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        var result = base.OnReset(seed, options);
        if (!_hasCheckedReset)
        {
            _hasCheckedReset = true;
            PassiveChecks.CheckObservation(Inner, result.Observation, "reset", GymWarnings.Warn);
            _previous = (result.Observation, result.Info);
        }

        return result;
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action) => _hasCheckedSteps ? Inner.Step(action) : CheckedStep(action);

    /// <inheritdoc/>
    /// <exception cref="GymBridgeException">The declared speed is not positive, or the render mode is not declared.</exception>
    public override object? Render()
    {
        if (_hasCheckedRender)
        {
            return base.Render();
        }

        _hasCheckedRender = true;
        PassiveChecks.CheckRenderModes(Inner, GymWarnings.Warn);
        var frame = base.Render();
        if (RenderMode is { } mode)
        {
            PassiveChecks.CheckFrame(mode, frame, GymWarnings.Warn);
        }

        return frame;
    }

    private StepResult<TObservation> CheckedStep(TAction action)
    {
        var isFirst = !_hasCheckedStep;
        var result = base.OnStep(action);
        var data = (result.Observation, result.Info);
        if (isFirst)
        {
            _hasCheckedStep = true;
            PassiveChecks.CheckObservation(Inner, result.Observation, "step", GymWarnings.Warn);
            PassiveChecks.CheckReward(result.Reward, GymWarnings.Warn);
        }

        if (_previous is { } previous)
        {
            PassiveChecks.CheckReuse(previous, data, isFirst ? "reset" : "step", "step", GymWarnings.Warn);
        }

        _previous = isFirst ? data : null;
        _hasCheckedSteps = !isFirst;
        return result;
    }
}
