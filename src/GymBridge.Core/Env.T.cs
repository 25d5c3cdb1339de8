using GymBridge.Batch;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>An environment: derive from it, pass the two spaces to the base, and write <c>OnReset</c> and <c>OnStep</c>.</summary>
/// <typeparam name="TObservation">float[] (or another element's array) or <see cref="NDArray"/> for a Box, long or int for a
/// Discrete, object for anything.</typeparam>
/// <typeparam name="TAction">The same for actions.</typeparam>
/// <remarks>Every step returns a fresh observation: callers keep them. Not thread-safe.</remarks>
public abstract class Env<TObservation, TAction> : Env
{
    private readonly LaneCodec<TObservation> _observationCodec;
    private readonly LaneCodec<TAction> _actionCodec;
    private Columns? _scratchAction;
    private Columns? _scratchObservation;

    /// <summary>Starts an environment over these spaces.</summary>
    /// <exception cref="ArgumentException">A type parameter cannot carry values of its space.</exception>
    protected Env(Space observationSpace, Space actionSpace)
        : base(observationSpace, actionSpace)
    {
        _observationCodec = LaneCodec.For<TObservation>(observationSpace);
        _actionCodec = LaneCodec.For<TAction>(actionSpace);
    }

    /// <summary>Starts a new episode, whatever the state of the last one.</summary>
    /// <param name="seed">Reseeds the generator first; null lets it run on.</param>
    /// <param name="options">Options that the environment documents.</param>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public ResetResult<TObservation> Reset(Seed? seed = null, Info? options = null)
    {
        ThrowIfClosed("Reset");
        return OnReset(seed, options);
    }

    /// <summary>Takes one action and returns what it led to.</summary>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public StepResult<TObservation> Step(TAction action)
    {
        ThrowIfClosed("Step");
        return OnStep(action);
    }

    internal override TResult Accept<TResult>(IEnvVisitor<TResult> visitor) => visitor.Visit(this);

    internal LaneCodec<TObservation> ObservationCodec => _observationCodec;

    internal LaneCodec<TAction> ActionCodec => _actionCodec;

    /// <summary>Seeds the generator, if there is a seed, and calls <see cref="OnReset(Info?)"/>: override that one. This one is for
    /// what has no generator of its own, such as wrappers and remote environments.</summary>
    protected virtual ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        if (seed is { } value)
        {
            SeedRng(value);
        }

        return OnReset(options);
    }

    /// <summary>Puts the environment at the start of an episode; draws from <see cref="Env.Rng"/>, which is seeded by then.</summary>
    protected abstract ResetResult<TObservation> OnReset(Info? options);

    /// <summary>Takes one action and returns what it led to.</summary>
    protected abstract StepResult<TObservation> OnStep(TAction action);

    private protected override ResetResult<object> ResetErased(Seed? seed, Info? options)
    {
        var (observation, info) = Reset(seed, options);
        return new(Natural(observation), info);
    }

    private protected override StepResult<object> StepErased(object action)
    {
        var result = StepGiven(action);
        return new(Natural(result.Observation), result.Reward, result.Terminated, result.Truncated, result.Info);
    }

    /// <summary>An observation in the natural type of its space, a fresh copy.</summary>
    internal object ToNatural(TObservation observation) => Natural(observation);

    /// <summary>An action from the natural type of its space.</summary>
    internal TAction FromNaturalAction(object action) => action is TAction typed ? typed : FromNatural(action);

    /// <summary>Takes an action as it was given: an array may have another element type than the space.</summary>
    internal StepResult<TObservation> StepGiven(object action)
    {
        if (action is TAction typed)
        {
            return Step(typed);
        }

        if (action is not NDArray given || ActionSpace is not Box box || given.DType == box.DType)
        {
            return Step(FromNatural(action));
        }

        var cast = FromNatural(NumPyPromotion.Cast(given, box.DType));
        Unwrapped.KeepExactAction(given, cast);
        try
        {
            return Step(cast);
        }
        finally
        {
            Unwrapped.ForgetExactAction(box.DType);
        }
    }

    /// <summary>An action in the natural type of its space, a fresh copy.</summary>
    internal object ToNaturalAction(TAction action)
    {
        _scratchAction ??= new Columns(ActionSpace, 1);
        _actionCodec.Write(action, _scratchAction, 0);
        return _scratchAction.Read(0);
    }

    private object Natural(TObservation observation)
    {
        _scratchObservation ??= new Columns(ObservationSpace, 1);
        _observationCodec.Write(observation, _scratchObservation, 0);
        return _scratchObservation.Read(0);
    }

    private TAction FromNatural(object action)
    {
        _scratchAction ??= new Columns(ActionSpace, 1);
        _scratchAction.Write(0, action);
        return _actionCodec.Read(_scratchAction, 0);
    }
}
