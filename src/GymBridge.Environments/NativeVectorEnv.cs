using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GymBridge.Environments.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments;

/// <summary>A vector environment that steps all its lanes itself; lane i equals a single environment with the same seed, bit for bit.</summary>
/// <remarks>Each lane has its own generator, so lanes equal <c>SyncVectorEnv</c>'s in every autoreset mode: observations, rewards,
/// flags, infos and generators. A step allocates nothing unless infos are wanted (<see cref="VectorStep.WantsInfos"/>) and the
/// environment has some. A lane has the attributes of the single environment that it equals. From the first one that is set on,
/// the lanes are those single environments, and are stepped one after the other.</remarks>
public abstract partial class NativeVectorEnv : VectorEnv
{
    private readonly Func<Env> _create;
    private readonly Rng?[] _rngs;
    private readonly BigInteger[] _seeds;
    private readonly bool[] _started;

    /// <summary>Makes N lanes, each beside a single environment that has its attributes.</summary>
    /// <param name="create">Makes a single environment with the lanes' spaces, metadata, Python types and attributes.</param>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    private protected NativeVectorEnv(Func<Env> create, VectorEnvArguments lanes)
        : this(create(), create, lanes)
    {
    }

    private NativeVectorEnv(Env model, Func<Env> create, VectorEnvArguments lanes)
        : base(lanes.NumEnvs, model.ObservationSpace, model.ActionSpace, lanes.AutoresetMode)
    {
        (Model, _create, MaxEpisodeSteps) = (model, create, lanes.MaxEpisodeSteps);
        _rngs = new Rng?[NumEnvs];
        _seeds = new BigInteger[NumEnvs];
        _started = new bool[NumEnvs];
        ElapsedSteps = new int[NumEnvs];
        Ended = new bool[NumEnvs];
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => Model.Metadata;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Model.PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => Model.WidestActionDType;

    /// <summary>A single environment that is never reset: what all lanes have in common.</summary>
    private protected Env Model { get; }

    /// <summary>[N]; steps of each lane's episode.</summary>
    private protected int[] ElapsedSteps { get; }

    /// <summary>[N]; the lanes whose episode has ended and that were not reset since.</summary>
    private protected bool[] Ended { get; }

    /// <summary>Steps after which an episode is truncated; null for no limit.</summary>
    private protected int? MaxEpisodeSteps { get; }

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        CheckLane(lane);
        return _singles is null ? (RngOf(lane).State, _seeds[lane]) : _singles.GetRng(lane);
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state)
    {
        CheckLane(lane);
        if (_singles is not null)
        {
            _singles.SetRng(lane, state);
            return;
        }

        _rngs[lane] = new Rng(state);
        _seeds[lane] = BigInteger.MinusOne;
    }

    /// <inheritdoc/>
    public override void MoveRng(int lane, RngState state)
    {
        CheckLane(lane);
        if (_singles is not null)
        {
            _singles.MoveRng(lane, state);
            return;
        }

        RngOf(lane).State = state;
    }

    /// <inheritdoc/>
    public override bool CanSaveState => true;

    /// <inheritdoc/>
    protected sealed override Info OnSaveLane(int lane) => _singles is not null ? SaveSingle(lane) : new Info
    {
        ["class"] = GetType().Name,
        ["generator"] = GeneratorState.Of(_rngs[lane], _rngs[lane] is null ? null : _seeds[lane]),
        ["elapsed_steps"] = (long)ElapsedSteps[lane],
        ["ended"] = Ended[lane],
        ["started"] = _started[lane],
        ["own"] = LaneState(lane),
    };

    /// <inheritdoc/>
    protected sealed override void OnRestoreLane(int lane, Info state)
    {
        var name = GetType().Name;
        if (SnapshotFields.Get<string>(state, "class", name) != name)
        {
            throw SnapshotFields.Unfit("class", name);
        }

        if (RestoreSingle(lane, state))
        {
            return;
        }

        SetLaneState(lane, SnapshotFields.Info(state, "own", name));
        (_rngs[lane], var seed) = GeneratorState.Read(SnapshotFields.Info(state, "generator", name), name);
        _seeds[lane] = seed ?? BigInteger.MinusOne;
        ElapsedSteps[lane] = SnapshotFields.Get<int>(state, "elapsed_steps", name);
        Ended[lane] = SnapshotFields.Get<bool>(state, "ended", name);
        _started[lane] = SnapshotFields.Get<bool>(state, "started", name);
        _singles?.RestoreLane(lane, StateOfSingle(lane));
    }

    /// <summary>What a lane keeps beside its generator and counters.</summary>
    private protected abstract Info LaneState(int lane);

    /// <summary>Goes back to what <see cref="LaneState"/> gave.</summary>
    private protected abstract void SetLaneState(int lane, Info state);

    /// <summary>Takes one action in every lane.</summary>
    private protected abstract void StepLanes(Columns actions, VectorStep result);

    /// <summary>The same with actions of another element type; by default they are cast.</summary>
    private protected virtual void StepLanesExact(Columns actions, VectorStep result) => StepCast(actions, result);

    /// <inheritdoc/>
    protected sealed override void OnStep(Columns actions, VectorStep result)
    {
        if (_singles is null)
        {
            StepLanes(actions, result);
        }
        else
        {
            _singles.Step(actions, result);
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnStepExact(Columns actions, VectorStep result)
    {
        if (_singles is null)
        {
            StepLanesExact(actions, result);
        }
        else
        {
            _singles.Step(actions, result);
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        if (_singles is not null)
        {
            _singles.Reset(result, seeds, mask, options);
            return;
        }

        for (var lane = 0; lane < seeds.Length; lane++)
        {
            if (seeds[lane] is { } seed && (mask.IsEmpty || mask[lane]))
            {
                SeedLane(lane, seed);
            }
        }

        var limits = StartLimits(options);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                ResetLane(lane, limits, result);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnClose()
    {
        _singles?.Close();
        Model.Dispose();
    }

    /// <summary>The two numbers that reset options may set for the start of an episode.</summary>
    /// <exception cref="ArgumentException">An option is no number, or does not fit the others.</exception>
    private protected virtual (double First, double Second) StartLimits(Info? options) => default;

    /// <summary>Draws a start state and writes its observation and info.</summary>
    private protected abstract void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result);

    /// <summary>Resets a lane whose episode ended at the last step, where the mode says so.</summary>
    /// <returns>Whether the lane was reset, and so takes no step.</returns>
    private protected bool ResetIfDue(int lane, VectorStep result)
    {
        if (!Ended[lane] || AutoresetMode != AutoresetMode.NextStep)
        {
            return false;
        }

        ResetLane(lane, StartLimits(null), result);
        return true;
    }

    /// <summary>Counts the step of a lane and sets its outcome; its observation and info are written.</summary>
    private protected void Finish(int lane, double reward, bool terminated, VectorStep result) =>
        Finish(lane, reward, terminated, ++ElapsedSteps[lane] >= MaxEpisodeSteps, result);

    /// <summary>Sets the outcome of a lane that has stepped, and resets it if it ended and the mode says so.</summary>
    private protected void Finish(int lane, double reward, bool terminated, bool truncated, VectorStep result)
    {
        result.Rewards[lane] = reward;
        result.Terminated[lane] = terminated;
        result.Truncated[lane] = truncated;
        Ended[lane] = terminated | truncated;
        if (Ended[lane] && AutoresetMode == AutoresetMode.SameStep)
        {
            result.FinalObservations.CopyLane(result.Observations, lane, lane);
            result.HasFinal[lane] = true;
            result.FinalInfos[lane] = result.Infos[lane];
            result.Infos[lane] = null;
            ResetLane(lane, StartLimits(null), result);
        }
    }

    /// <summary>Counts the step of the eight lanes from <paramref name="first"/>; <see cref="Finish(int, double, bool, bool, VectorStep)"/> is left.</summary>
    /// <returns>A bit for each lane: whether it has reached the time limit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected uint CountGroup(int first)
    {
        var elapsed = Vector256.Create(ElapsedSteps.AsSpan(first, LaneGroup.Size)) + Vector256<int>.One;
        elapsed.CopyTo(ElapsedSteps, first);
        return MaxEpisodeSteps is { } limit ? Vector256.GreaterThanOrEqual(elapsed, Vector256.Create(limit)).ExtractMostSignificantBits() : 0;
    }

    /// <summary>Counts the step of the eight lanes from <paramref name="first"/>, whose observations and rewards are written, and sets their outcomes; those that
    /// were due for a reset have stepped in vain.</summary>
    /// <param name="first">First lane; seven more follow.</param>
    /// <param name="terminated">A bit for each lane.</param>
    /// <param name="result">The step.</param>
    private protected void FinishGroup(int first, uint terminated, VectorStep result)
    {
        // A lane that ends, or that ended before and is to be reset or steps on, is rare.
        var late = CountGroup(first);
        if ((terminated | late) == 0 && LaneGroup.Flags(Ended, first) == 0)
        {
            return;
        }

        for (var lane = first; lane < first + LaneGroup.Size; lane++)
        {
            var bit = 1u << (lane - first);
            if (ResetIfDue(lane, result))
            {
                result.Rewards[lane] = 0;
            }
            else
            {
                Finish(lane, result.Rewards[lane], (terminated & bit) != 0, (late & bit) != 0, result);
            }
        }
    }

    /// <summary>Checks the actions of a Discrete space from 0 on, except those of lanes that are reset instead.</summary>
    /// <exception cref="InvalidActionException">One is not in the space; no lane has stepped.</exception>
    private protected void CheckActions(ReadOnlySpan<long> actions)
    {
        // If the union of the bits is in the space, so is each action.
        var union = 0L;
        foreach (var action in actions)
        {
            union |= action;
        }

        var count = (ulong)((Discrete)SingleActionSpace).N;
        for (var lane = 0; (ulong)union >= count && lane < actions.Length; lane++)
        {
            if ((ulong)actions[lane] >= count && !(Ended[lane] && AutoresetMode == AutoresetMode.NextStep))
            {
                var exception = InvalidActionException.For(actions[lane], SingleActionSpace, Spec?.Id ?? Model.GetType().Name);
                exception.Data[SyncVectorEnv.LaneDataKey] = lane;
                throw exception;
            }
        }
    }

    /// <summary>The generator of a lane; seeded from the operating system's entropy where it has none.</summary>
    private protected Rng RngOf(int lane)
    {
        if (_rngs[lane] is null)
        {
            SeedLane(lane, Seed.FromEntropy());
        }

        return _rngs[lane]!;
    }

    private void ResetLane(int lane, (double First, double Second) limits, VectorStep result)
    {
        ElapsedSteps[lane] = 0;
        Ended[lane] = false;
        _started[lane] = true;
        Start(lane, RngOf(lane), limits, result);
    }

    private void SeedLane(int lane, Seed seed)
    {
        _rngs[lane] = new Rng(seed);
        _seeds[lane] = seed.ToBigInteger();
    }
}
