using System.Numerics;
using System.Runtime.ExceptionServices;
using GymBridge.Batch;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>A vector environment that steps its lanes on several threads (<c>gymnasium.vector.AsyncVectorEnv</c>).</summary>
/// <remarks>Results equal those of <see cref="SyncVectorEnv"/>, bit for bit: lanes share nothing. Worth its overhead where a step
/// takes more than some microseconds. A call hands work to the thread pool and so allocates. When lanes throw, all others have
/// come to their end, and the exception of the lowest lane is raised, with its number in <c>Data["lane"]</c>. Unlike Gymnasium,
/// a wait that timed out may be repeated: the call stays pending. Lanes are threads of this process, so that <c>copy</c>,
/// <c>shared_memory</c>, <c>context</c>, <c>daemon</c> and <c>worker</c> have no counterpart.</remarks>
public sealed class AsyncVectorEnv : VectorEnv
{
    private readonly AutoresettingLanes _lanes;
    private readonly Exception?[] _errors;
    private readonly int _workers;
    private readonly Lazy<Space> _observationSpace;
    private Task? _pending;
    private string _pendingCall = string.Empty;

    /// <summary>A vector environment over these environments, which it owns from now on.</summary>
    /// <param name="envs">At least one, sharing nothing; the list must not change.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="workers">Threads at a time; null for one a processor.</param>
    /// <param name="observationMode">What the lanes' observation spaces have in common; null for <see cref="ObservationMode.Same"/>.</param>
    /// <exception cref="ArgumentException">The list is empty, or an environment is null or comes twice.</exception>
    /// <exception cref="InvalidOperationException">The spaces of the lanes do not fit together.</exception>
    public AsyncVectorEnv(
        IReadOnlyList<Env> envs, AutoresetMode autoresetMode = AutoresetMode.NextStep, int? workers = null, ObservationMode? observationMode = null)
        : base(
            AutoresettingLanes.Checked(envs, observationMode ?? ObservationMode.Same).Count,
            (observationMode ?? ObservationMode.Same).Single(envs),
            envs[0].ActionSpace,
            autoresetMode)
    {
        _observationSpace = new(() => (observationMode ?? ObservationMode.Same).Batch(envs));
        _lanes = new AutoresettingLanes(envs, autoresetMode);
        _errors = new Exception?[envs.Count];
        _workers = Math.Clamp(workers ?? Environment.ProcessorCount, 1, envs.Count);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _lanes[0].Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _lanes[0].RenderMode;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => _lanes[0].PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => _lanes[0].WidestActionDType;

    /// <inheritdoc/>
    public override Space ObservationSpace => _observationSpace.Value;

    /// <summary>Whether a call waits to be awaited.</summary>
    public bool IsPending => _pending is not null;

    /// <summary>Starts a reset; <see cref="ResetWait"/> ends it. The arguments are those of <c>Reset</c>.</summary>
    /// <exception cref="AlreadyPendingCallException">Another call is pending.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or no lane is in the mask.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void ResetAsync(VectorStep result, ReadOnlySpan<Seed?> seeds = default, ReadOnlySpan<bool> mask = default, Info? options = null)
    {
        BeginReset(result, seeds, mask);
        StartReset(result, seeds, mask, options);
    }

    /// <summary>Waits until all lanes have done the reset that was begun.</summary>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <exception cref="NoAsyncCallException">No reset is pending.</exception>
    /// <exception cref="CallTimeoutException">It takes longer; it stays pending.</exception>
    public void ResetWait(TimeSpan? timeout = null) => Wait("Reset", timeout);

    /// <summary>Starts a step; <see cref="StepWait"/> ends it. Actions and buffers must not be touched until then.</summary>
    /// <exception cref="AlreadyPendingCallException">Another call is pending.</exception>
    /// <exception cref="ArgumentException">A number of lanes does not fit.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void StepAsync(Columns actions, VectorStep result)
    {
        BeginStep(actions, result);
        var isExact = HasOtherDType(actions);
        Start("Step", lane => _lanes.Step(lane, actions, result, isExact));
    }

    /// <summary>Waits until all lanes have done the step that was begun.</summary>
    /// <param name="timeout">How long; null for as long as it takes.</param>
    /// <exception cref="NoAsyncCallException">No step is pending.</exception>
    /// <exception cref="CallTimeoutException">It takes longer; it stays pending.</exception>
    public void StepWait(TimeSpan? timeout = null) => Wait("Step", timeout);

    /// <inheritdoc/>
    public override bool CanSaveState => _lanes.CanSaveState;

    /// <inheritdoc/>
    public override object? GetAttribute(string name, int lane = 0) => Idle(lane, "GetAttribute").GetWrapperAttr(name);

    /// <inheritdoc/>
    public override void SetAttribute(string name, object? value, int lane = 0) => Idle(lane, "SetAttribute").SetWrapperAttr(name, value);

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        Idle(lane, "CallMethod").CallMethod(name, arguments, keywordArguments);

    /// <inheritdoc/>
    public override object? Render(int lane) => Idle(lane, "Render").Render();

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        var env = Idle(lane, "GetRng").Unwrapped;
        return (env.Rng.State, env.RngSeed);
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => Idle(lane, "SetRng").Unwrapped.Rng = new Rng(state);

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane) => _lanes.SaveLane(lane);

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state) => _lanes.RestoreLane(lane, state);

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        StartReset(result, seeds, mask, options);
        ResetWait();
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        Start("Step", lane => _lanes.Step(lane, actions, result));
        StepWait();
    }

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result)
    {
        Start("Step", lane => _lanes.Step(lane, actions, result, isExact: true));
        StepWait();
    }

    /// <summary>Waits for a pending call, then closes the environments.</summary>
    protected override void OnClose()
    {
        _pending?.Wait();
        _pending = null;
        _lanes.Close();
    }

    private protected override void ThrowIfBusy(string operation)
    {
        if (_pending is not null)
        {
            throw new AlreadyPendingCallException(operation, _pendingCall);
        }
    }

    // The environment of a lane while nothing is pending.
    private Env Idle(int lane, string operation)
    {
        CheckLane(lane);
        ThrowIfBusy(operation);
        return _lanes[lane];
    }

    private void StartReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        var (seedOf, isChosen) = (seeds.ToArray(), mask.ToArray());
        Start("Reset", lane =>
        {
            if (isChosen.Length == 0 || isChosen[lane])
            {
                _lanes.Reset(lane, seedOf.Length == 0 ? null : seedOf[lane], options, result);
            }
        });
    }

    private void Start(string call, Action<int> work)
    {
        Array.Clear(_errors);
        _pendingCall = call;
        _pending = Task.WhenAll(Enumerable.Range(0, _workers).Select(worker => Task.Run(() => Run(worker, work))));
    }

    private void Run(int worker, Action<int> work)
    {
        var (first, end) = ((int)((long)NumEnvs * worker / _workers), (int)((long)NumEnvs * (worker + 1) / _workers));
        for (var lane = first; lane < end; lane++)
        {
#pragma warning disable CA1031 // Whatever an environment throws is raised again in the caller's thread.
            try
            {
                work(lane);
            }
            catch (Exception exception)
            {
                _errors[lane] = exception;
            }
#pragma warning restore CA1031
        }
    }

    private void Wait(string call, TimeSpan? timeout)
    {
        ThrowIfClosed($"{call}Wait");
        if (_pending is null || _pendingCall != call)
        {
            throw new NoAsyncCallException($"{call}Wait", $"{call}Async");
        }

        if (!_pending.Wait(timeout ?? Timeout.InfiniteTimeSpan))
        {
            throw new CallTimeoutException($"The call to '{call}Wait' has timed out after {timeout!.Value.TotalSeconds} seconds; wait again, or close the environment.");
        }

        _pending = null;
        if (_errors.FirstOrDefault(error => error is not null) is { } first)
        {
            ExceptionDispatchInfo.Capture(first).Throw();
        }
    }
}
