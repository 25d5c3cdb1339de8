using System.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge;

/// <summary>
/// An environment whose observation and action types are not known at compile time: what the registry, the server and
/// wrappers work with. Derive from <see cref="Env{TObservation, TAction}"/> instead.
/// </summary>
/// <remarks>Not thread-safe: one thread at a time.</remarks>
public abstract partial class Env : IDisposable
{
    /// <summary>What <see cref="RngSeed"/> says after the generator was set from outside.</summary>
    private static readonly BigInteger SeedOfForeignGenerator = BigInteger.MinusOne;

    private Rng? _rng;
    private BigInteger? _rngSeed;
    private bool _isClosed;
    private bool _hasWarnedOfCast;
    private NDArray? _givenAction;
    private object? _castAction;
    private bool _wasExactActionRead;

    private protected Env(Space observationSpace, Space actionSpace)
    {
        ObservationSpace = observationSpace;
        ActionSpace = actionSpace;
    }

    /// <summary>The set of observations that a reset and a step may return.</summary>
    public Space ObservationSpace { get; }

    /// <summary>The set of actions that a step accepts.</summary>
    public Space ActionSpace { get; }

    /// <summary>Render modes that the environment offers, and its frames per second.</summary>
    public virtual EnvMetadata Metadata => EnvMetadata.Default;

    /// <summary>The mode the environment was made with; null renders nothing.</summary>
    public virtual string? RenderMode => null;

    /// <summary>The specification it was made from; null unless a registry made it.</summary>
    public virtual EnvSpec? Spec { get; internal set; }

    /// <summary>The Python types of what it returns.</summary>
    public virtual PythonTypes PythonTypes => PythonTypes.Default;

    /// <summary>The widest element type of actions that it computes with unchanged; null for that of its action space, to which
    /// others are cast with one warning. An environment that reads <see cref="ExactAction"/> says it.</summary>
    public virtual DType? WidestActionDType => null;

    /// <summary>The environment without wrappers.</summary>
    public virtual Env Unwrapped => this;

    /// <summary>The generator of the environment's randomness, NumPy's PCG64; seeded from OS entropy on first use.</summary>
    public virtual Rng Rng
    {
        get
        {
            if (_rng is null)
            {
                SeedRng(Seed.FromEntropy());
            }

            return _rng!;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _rng = value;
            _rngSeed = SeedOfForeignGenerator;
        }
    }

    /// <summary>The seed of <see cref="Rng"/>; -1 after the generator was set from outside.</summary>
    public virtual BigInteger RngSeed
    {
        get
        {
            _ = Rng;
            return _rngSeed!.Value;
        }
    }

    /// <summary>Whether <see cref="Close"/> or <see cref="Dispose()"/> was called; every other call is an error then.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>As <c>Reset</c> of the typed environment, for who does not know its types.</summary>
    /// <param name="seed">Reseeds the generator first; null lets it run on.</param>
    /// <param name="options">Options that the environment documents.</param>
    public ResetResult<object> ResetObject(Seed? seed = null, Info? options = null) => ResetErased(seed, options);

    /// <summary>Takes one action, given in the natural type of the action space.</summary>
    /// <exception cref="InvalidActionException">The action is null.</exception>
    public StepResult<object> StepObject(object action) =>
        StepErased(action ?? throw InvalidActionException.For("null", ActionSpace, Spec?.Id ?? GetType().Name));

    /// <summary>This environment with the types that a program wants to work with: a remote one, one from a registry, any.</summary>
    /// <typeparam name="TObservation">What holds a value of <see cref="ObservationSpace"/>: float[] (or the array of its element type) or
    /// <see cref="NDArray"/> for a Box, long or int for a Discrete, string for a Text, <see cref="TupleValue"/>, <see cref="Info"/>, or
    /// object.</typeparam>
    /// <typeparam name="TAction">The same for <see cref="ActionSpace"/>.</typeparam>
    /// <returns>This environment itself where it has these types; else a view of it, which owns it.</returns>
    /// <exception cref="ArgumentException">A type cannot hold values of its space; the message lists those that can.</exception>
    public Env<TObservation, TAction> As<TObservation, TAction>() =>
        this as Env<TObservation, TAction> ?? Accept(new TypedView<TObservation, TAction>.Factory());

    /// <summary>A frame in the form that <see cref="RenderMode"/> asks for: uint8 array (height, width, 3), or text.</summary>
    /// <returns>Null without a render mode.</returns>
    public virtual object? Render() => null;

    /// <summary>Frees what the environment holds, as Gymnasium's <c>close</c>: what that throws is the caller's. Closing twice is fine.</summary>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            OnClose();
        }
    }

    /// <summary>As <see cref="Close"/>, but what closing throws is told by <see cref="GymWarnings"/>: a <c>using</c> may stand around an
    /// exception that must not be lost. Twice is fine.</summary>
    public void Dispose()
    {
        Closing.Quietly(Close, Spec?.Id ?? GetType().Name);
        GC.SuppressFinalize(this);
    }

    /// <summary>The class name, and the id of its specification: <c>&lt;CartPoleEnv&lt;CartPole-v1&gt;&gt;</c>.</summary>
    public override string ToString() => Spec is null ? $"<{GetType().Name} instance>" : $"<{GetType().Name}<{Spec.Id}>>";

    /// <summary>Frees what the environment holds; called once.</summary>
    protected virtual void OnClose()
    {
    }

    /// <summary>The action of the present step as it was given, where its element type is not that of the space: a float64 array for
    /// a float32 Box, for example. Gymnasium's environments compute with what they are given.</summary>
    /// <param name="action">The action that <c>OnStep</c> got: a cast copy.</param>
    /// <returns>Null where the action came in the element type of the space, or a wrapper has made another one of it.</returns>
    protected NDArray? ExactAction(object? action)
    {
        if (_givenAction is null || !ReferenceEquals(action, _castAction))
        {
            return null;
        }

        _wasExactActionRead = true;
        return _givenAction;
    }

    /// <summary>Calls <paramref name="visitor"/> with the typed environment behind this one.</summary>
    internal abstract TResult Accept<TResult>(IEnvVisitor<TResult> visitor);

    private protected void SeedRng(Seed seed)
    {
        _rng = new Rng(seed);
        _rngSeed = seed.ToBigInteger();
    }

    /// <summary>Lets the innermost environment see an action as it was given, until <see cref="ForgetExactAction"/>.</summary>
    internal void KeepExactAction(NDArray given, object? cast) =>
        (_givenAction, _castAction, _wasExactActionRead) = (given, cast, false);

    /// <summary>Forgets the action, and warns once if nobody wanted it exact.</summary>
    internal void ForgetExactAction(DType taken)
    {
        if (!_wasExactActionRead && !_hasWarnedOfCast)
        {
            _hasWarnedOfCast = true;
            GymWarnings.Warn(
                $"{this} takes {taken.Name()} actions and was given {_givenAction!.DType.Name()} ones, which are cast; pass {taken.Name()}.");
        }

        (_givenAction, _castAction) = (null, null);
    }

    private protected abstract ResetResult<object> ResetErased(Seed? seed, Info? options);

    private protected abstract StepResult<object> StepErased(object action);
}
