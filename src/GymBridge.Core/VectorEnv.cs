using System.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>
/// N lanes of one environment, stepped together from action columns into the caller's buffers: the path that the server,
/// remote environments and agents use. N = 1 is not special.
/// </summary>
/// <remarks>A step allocates nothing unless the environment has something to say in an info. Not thread-safe.</remarks>
public abstract partial class VectorEnv : IDisposable
{
    private bool _isClosed;
    private bool _wasReset;
    private bool _hasWarnedOfCast;
    private Columns? _castActions;
    private Space? _observationSpace;
    private Space? _actionSpace;

    /// <summary>Sets lanes, spaces and mode of a vector environment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no lane.</exception>
    protected VectorEnv(int numEnvs, Space singleObservationSpace, Space singleActionSpace, AutoresetMode autoresetMode)
    {
        if (numEnvs < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(numEnvs), numEnvs, $"A vector environment needs at least one lane, got {numEnvs}.");
        }

        if (!Enum.IsDefined(autoresetMode))
        {
            throw new ArgumentOutOfRangeException(
                nameof(autoresetMode), autoresetMode, $"Autoreset mode {(int)autoresetMode} is not defined; use NextStep, SameStep or Disabled.");
        }

        NumEnvs = numEnvs;
        SingleObservationSpace = singleObservationSpace;
        SingleActionSpace = singleActionSpace;
        AutoresetMode = autoresetMode;
    }

    /// <summary>Number of lanes, at least 1.</summary>
    public int NumEnvs { get; }

    /// <summary>The observations of one lane.</summary>
    public Space SingleObservationSpace { get; }

    /// <summary>The actions of one lane.</summary>
    public Space SingleActionSpace { get; }

    /// <summary>The observations of all lanes together; made when first asked for.</summary>
    public virtual Space ObservationSpace => _observationSpace ??= SingleObservationSpace.Batch(NumEnvs);

    /// <summary>The actions of all lanes together; made when first asked for.</summary>
    public Space ActionSpace => _actionSpace ??= SingleActionSpace.Batch(NumEnvs);

    /// <summary>What happens to a lane whose episode has ended.</summary>
    public AutoresetMode AutoresetMode { get; }

    /// <summary>Render modes that a lane offers, and its frames per second.</summary>
    public virtual EnvMetadata Metadata => EnvMetadata.Default;

    /// <summary>The mode the lanes were made with; null renders nothing.</summary>
    public virtual string? RenderMode => null;

    /// <summary>The specification it was made from; null unless a registry made it.</summary>
    public virtual EnvSpec? Spec { get; internal set; }

    /// <summary>The Python types of what one lane returns.</summary>
    public virtual PythonTypes PythonTypes => PythonTypes.Default;

    /// <summary>The widest element type of actions that the lanes compute with unchanged; null for that of the action space, to which
    /// others are cast with one warning.</summary>
    public virtual DType? WidestActionDType => null;

    /// <summary>Whether <see cref="Close"/> or <see cref="Dispose()"/> was called; every other call is an error then.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Buffers that fit this environment.</summary>
    public VectorStep CreateStep() => new(SingleObservationSpace, NumEnvs);

    /// <summary>Action columns that fit this environment.</summary>
    public Columns CreateActions() => new(SingleActionSpace, NumEnvs);

    /// <summary>Starts an episode in every lane, lane i with <paramref name="seed"/> + i.</summary>
    public void Reset(VectorStep result, Seed seed, Info? options = null)
    {
        var seeds = new Seed?[NumEnvs];
        for (var lane = 0; lane < seeds.Length; lane++)
        {
            seeds[lane] = seed + lane;
        }

        Reset(result, seeds, default, options);
    }

    /// <summary>Starts an episode in every lane, or in those of a mask.</summary>
    /// <param name="result">Filled; lanes outside the mask keep their observation.</param>
    /// <param name="seeds">Empty, or one for each lane; null lets that lane's generator run on.</param>
    /// <param name="mask">Empty for all lanes, or one flag for each with at least one true.</param>
    /// <param name="options">Options that the environment documents, given to every lane that resets.</param>
    /// <exception cref="ArgumentException">A length does not fit, or no lane is in the mask.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void Reset(VectorStep result, ReadOnlySpan<Seed?> seeds = default, ReadOnlySpan<bool> mask = default, Info? options = null)
    {
        BeginReset(result, seeds, mask);
        OnReset(result, seeds, mask, options);
    }

    /// <summary>Checks what a reset was given and clears the outcomes.</summary>
    private protected void BeginReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask)
    {
        ThrowIfClosed("Reset");
        ThrowIfBusy("Reset");
        CheckLanes(result.Lanes, "buffer", nameof(result));
        if (seeds.Length != 0)
        {
            CheckLanes(seeds.Length, "seed", nameof(seeds));
        }

        if (mask.Length != 0)
        {
            CheckLanes(mask.Length, "mask flag", nameof(mask));
            if (!mask.Contains(true))
            {
                throw new ArgumentException("The reset mask must contain at least one true, got all false.", nameof(mask));
            }
        }

        result.ClearOutcomes();
        _wasReset = true;
    }

    /// <summary>Takes one action in every lane.</summary>
    /// <param name="actions">One action for each lane; those of another element type than the space, float64 for a float32 Box, reach an
    /// environment that computes with them as they are, and are cast for others, with one warning.</param>
    /// <param name="result">Filled.</param>
    /// <exception cref="ArgumentException">A number of lanes does not fit.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void Step(Columns actions, VectorStep result)
    {
        BeginStep(actions, result);
        if (HasOtherDType(actions))
        {
            OnStepExact(actions, result);
        }
        else
        {
            OnStep(actions, result);
        }
    }

    /// <summary>Whether some lanes can be stepped without the others.</summary>
    public virtual bool CanStepSomeLanes => false;

    /// <summary>Takes one action in the lanes of a mask.</summary>
    /// <param name="actions">One action for each lane; those outside the mask count for nothing.</param>
    /// <param name="result">Filled; lanes outside the mask keep their observation, their reward is 0 and their flags are false.</param>
    /// <param name="mask">One flag for each lane with at least one true.</param>
    /// <exception cref="ArgumentException">A number of lanes does not fit, or no lane is in the mask.</exception>
    /// <exception cref="NotSupportedException">The environment steps all lanes together; see <see cref="CanStepSomeLanes"/>.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void Step(Columns actions, VectorStep result, ReadOnlySpan<bool> mask)
    {
        CheckLanes(mask.Length, "mask flag", nameof(mask));
        if (!mask.Contains(true))
        {
            throw new ArgumentException("The step mask must contain at least one true, got all false.", nameof(mask));
        }

        BeginStep(actions, result);
        OnStep(actions, result, mask);
    }

    /// <summary>Checks what a step was given and clears the outcomes.</summary>
    private protected void BeginStep(Columns actions, VectorStep result)
    {
        ThrowIfClosed("Step");
        ThrowIfBusy("Step");
        CheckLanes(actions.Lanes, "action", nameof(actions));
        CheckLanes(result.Lanes, "buffer", nameof(result));
        if (!_wasReset)
        {
            throw new ResetNeededException("Cannot call Step before the first call of Reset.");
        }

        result.ClearOutcomes();
    }

    /// <summary>Throws while an earlier call has not come to its end.</summary>
    private protected virtual void ThrowIfBusy(string operation)
    {
    }

    /// <summary>A frame of one lane, in the form that <see cref="RenderMode"/> asks for.</summary>
    /// <returns>Null without a render mode.</returns>
    public virtual object? Render(int lane) => null;

    /// <summary>The state of one lane's generator and its seed (-1 after the generator was set from outside).</summary>
    /// <exception cref="NotSupportedException">The lanes have no NumPy generators of their own.</exception>
    public virtual (RngState State, BigInteger Seed) GetRng(int lane) => throw NoGenerators();

    /// <summary>Sets the state of one lane's generator; its seed is -1 from then on.</summary>
    /// <exception cref="NotSupportedException">The lanes have no NumPy generators of their own.</exception>
    public virtual void SetRng(int lane, RngState state) => throw NoGenerators();

    /// <summary>Moves one lane's generator to a state; unlike <see cref="SetRng"/> it stays the generator of its seed. For a bridge
    /// whose other side has drawn from it.</summary>
    /// <exception cref="NotSupportedException">The lanes have no NumPy generators of their own.</exception>
    public virtual void MoveRng(int lane, RngState state) => SetRng(lane, state);

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

    /// <summary>Fills <paramref name="result"/> after its outcomes were cleared; the lengths are checked.</summary>
    protected abstract void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options);

    /// <summary>Fills <paramref name="result"/> after its outcomes were cleared; the lengths are checked.</summary>
    protected abstract void OnStep(Columns actions, VectorStep result);

    /// <summary>A step with actions of another element type than the action space has; by default they are cast, with one warning.</summary>
    /// <param name="actions">One numeric action for each lane, of the space's shape.</param>
    /// <param name="result">Filled after its outcomes were cleared; the lengths are checked.</param>
    protected virtual void OnStepExact(Columns actions, VectorStep result) => StepCast(actions, result);

    /// <summary>Casts the actions, with one warning, and steps.</summary>
    private protected void StepCast(Columns actions, VectorStep result)
    {
        _castActions ??= CreateActions();
        for (var leaf = 0; leaf < _castActions.Count; leaf++)
        {
            NumPyPromotion.Cast(actions[leaf].Bytes, actions[leaf].Leaf.DType, _castActions[leaf].Bytes, _castActions[leaf].Leaf.DType);
        }

        if (!_hasWarnedOfCast)
        {
            _hasWarnedOfCast = true;
            GymWarnings.Warn(
                $"'{Spec?.Id ?? GetType().Name}' takes {_castActions[0].Leaf.DType.Name()} actions and was given {actions[0].Leaf.DType.Name()} ones, which are cast; pass {_castActions[0].Leaf.DType.Name()}.");
        }

        OnStep(_castActions, result);
    }

    /// <summary>Whether actions fit the space but for the element type.</summary>
    private protected bool HasOtherDType(Columns actions)
    {
        var space = SingleActionSpace;
        if (ReferenceEquals(actions.Space, space) || actions.Count != space.Leaves.Length)
        {
            return false;
        }

        var differs = false;
        for (var leaf = 0; leaf < space.Leaves.Length; leaf++)
        {
            var (given, taken) = (actions[leaf].Leaf, space.Leaves[leaf]);
            if (given.Elements != taken.Elements || given.IsVariable || taken.IsVariable)
            {
                return false;
            }

            differs |= given.DType != taken.DType;
        }

        return differs;
    }

    /// <summary>Fills the lanes of a mask in <paramref name="result"/> after its outcomes were cleared; the lengths are checked.</summary>
    protected virtual void OnStep(Columns actions, VectorStep result, ReadOnlySpan<bool> mask) =>
        throw new NotSupportedException($"'{Spec?.Id ?? GetType().Name}' steps all lanes together; a SyncVectorEnv over single environments can step some.");

    /// <summary>Frees what the environment holds; called once.</summary>
    protected virtual void OnClose()
    {
    }

    /// <summary>Throws unless there is such a lane.</summary>
    protected void CheckLane(int lane)
    {
        if ((uint)lane >= (uint)NumEnvs)
        {
            throw new ArgumentOutOfRangeException(nameof(lane), lane, $"Lane {lane} does not exist; the lanes are 0 to {NumEnvs - 1}.");
        }
    }

    private NotSupportedException NoGenerators() => new($"'{Spec?.Id ?? GetType().Name}' has no NumPy generator for each lane.");

    private void CheckLanes(int count, string thing, string parameter)
    {
        if (count != NumEnvs)
        {
            throw new ArgumentException($"{Plural.Of(count, thing)} {(count == 1 ? "was" : "were")} given for {Plural.Of(NumEnvs, "lane")}; pass exactly one for each lane.", parameter);
        }
    }

    private protected void ThrowIfClosed(string operation)
    {
        if (_isClosed)
        {
            throw new ClosedEnvironmentException(operation, Spec?.Id ?? GetType().Name);
        }
    }
}
