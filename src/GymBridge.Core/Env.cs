using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Spaces;

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

    private protected Env(Space observationSpace, Space actionSpace)
    {
        ObservationSpace = observationSpace;
        ActionSpace = actionSpace;
    }

    /// <summary>The set of observations.</summary>
    public Space ObservationSpace { get; }

    /// <summary>The set of actions.</summary>
    public Space ActionSpace { get; }

    /// <summary>Render modes and speed.</summary>
    public virtual EnvMetadata Metadata => EnvMetadata.Default;

    /// <summary>The mode the environment was made with; null renders nothing.</summary>
    public virtual string? RenderMode => null;

    /// <summary>The specification it was made from; null unless a registry made it.</summary>
    public virtual EnvSpec? Spec { get; internal set; }

    /// <summary>The Python types of what it returns.</summary>
    public virtual PythonTypes PythonTypes => PythonTypes.Default;

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

    /// <summary>Whether <see cref="Dispose()"/> was called.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Starts an episode.</summary>
    /// <param name="seed">Reseeds the generator first; null lets it run on.</param>
    /// <param name="options">Options that the environment documents.</param>
    public ResetResult<object> ResetObject(Seed? seed = null, Info? options = null) => ResetErased(seed, options);

    /// <summary>Takes one action, given in the natural type of the action space.</summary>
    public StepResult<object> StepObject(object action) => StepErased(action);

    /// <summary>A frame in the form that <see cref="RenderMode"/> asks for: uint8 array (height, width, 3), or text.</summary>
    /// <returns>Null without a render mode.</returns>
    public virtual object? Render() => null;

    /// <summary>Frees what the environment holds. Closing twice is fine.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            OnClose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The class name, and the id of its specification: <c>&lt;CartPoleEnv&lt;CartPole-v1&gt;&gt;</c>.</summary>
    public override string ToString() => Spec is null ? $"<{GetType().Name} instance>" : $"<{GetType().Name}<{Spec.Id}>>";

    /// <summary>Frees what the environment holds; called once.</summary>
    protected virtual void OnClose()
    {
    }

    /// <summary>Calls <paramref name="visitor"/> with the typed environment behind this one.</summary>
    internal abstract TResult Accept<TResult>(IEnvVisitor<TResult> visitor);

    private protected void SeedRng(Seed seed)
    {
        _rng = new Rng(seed);
        _rngSeed = seed.ToBigInteger();
    }

    private protected abstract ResetResult<object> ResetErased(Seed? seed, Info? options);

    private protected abstract StepResult<object> StepErased(object action);
}
