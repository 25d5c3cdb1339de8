using System.Numerics;
using System.Runtime.ExceptionServices;
using GymBridge.Client.Errors;
using GymBridge.Errors;
using GymBridge.Seeding;

namespace GymBridge.Client;

/// <summary>Remote lanes that are made anew when their host or server dies or a call hangs, and go on from the last reset: a training run outlives
/// a crash of the simulator.</summary>
/// <remarks>
/// When a step finds the session lost, or no answer within <see cref="ClientOptions.CallTimeout"/>, the environment is made again and reset as it was reset last, with the same seeds. That step then
/// ends every episode as truncated, with reward 0 and the last observation as the final one, and the next episodes begin. What the
/// environment had besides - generators that had run on, attributes that were set - is gone, so that a run with a crash has other
/// results than one without. Not thread-safe.
/// </remarks>
public sealed class RestartingVectorEnv : VectorEnv
{
    private readonly Func<VectorEnv> _make;
    private readonly Action<GymBridgeException>? _onRestart;
    private readonly int _maxRestarts;
    private readonly VectorStep _fresh;
    private readonly Columns _last;
    private VectorEnv _env;
    private Seed?[] _seeds = [];
    private Info? _options;
    private bool _startsNext;
    private bool _hasStepped;

    /// <summary>Lanes that are made anew when they are lost.</summary>
    /// <param name="make">Makes them, of the same kind every time.</param>
    /// <param name="onRestart">Told of each loss before the lanes are made again; null for nobody.</param>
    /// <param name="maxRestarts">How often at most; then the loss is thrown.</param>
    /// <exception cref="ArgumentException">Autoreset is disabled: the caller would have to reset the lanes.</exception>
    public RestartingVectorEnv(Func<VectorEnv> make, Action<GymBridgeException>? onRestart = null, int maxRestarts = 16)
        : this((make ?? throw new ArgumentNullException(nameof(make)))(), make, onRestart, maxRestarts)
    {
    }

    private RestartingVectorEnv(VectorEnv env, Func<VectorEnv> make, Action<GymBridgeException>? onRestart, int maxRestarts)
        : base(env.NumEnvs, env.SingleObservationSpace, env.SingleActionSpace, env.AutoresetMode)
    {
        if (env.AutoresetMode == AutoresetMode.Disabled)
        {
            env.Dispose();
            throw new ArgumentException("Lanes that are made anew start their episodes by themselves; use the autoreset mode NextStep or SameStep.", nameof(make));
        }

        (_env, _make, _onRestart, _maxRestarts) = (env, make, onRestart, maxRestarts);
        _fresh = CreateStep();
        _last = new Columns(SingleObservationSpace, NumEnvs);
    }

    /// <summary>How often the lanes were made again.</summary>
    public int Restarts { get; private set; }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _env.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _env.RenderMode;

    /// <inheritdoc/>
    public override EnvSpec? Spec => _env.Spec;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => _env.PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => _env.WidestActionDType;

    /// <inheritdoc/>
    public override bool CanSaveState => _env.CanSaveState;

    /// <inheritdoc/>
    public override object? Render(int lane) => _env.Render(lane);

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane) => _env.GetRng(lane);

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => _env.SetRng(lane, state);

    /// <inheritdoc/>
    public override void MoveRng(int lane, RngState state) => _env.MoveRng(lane, state);

    /// <inheritdoc/>
    public override object? GetAttribute(string name, int lane = 0) => _env.GetAttribute(name, lane);

    /// <inheritdoc/>
    public override void SetAttribute(string name, object? value, int lane = 0) => _env.SetAttribute(name, value, lane);

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        _env.CallMethod(name, arguments, keywordArguments, lane);

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane) => _env.SaveLane(lane);

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state) => _env.RestoreLane(lane, state);

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        if (mask.IsEmpty)
        {
            // Without seeds the generators run on from those that were given before.
            (_seeds, _options) = (seeds.IsEmpty ? _seeds : seeds.ToArray(), options);
        }

        _startsNext = false;
        try
        {
            _env.Reset(result, seeds, mask, options);
        }
        catch (GymBridgeException lost) when (IsLoss(lost))
        {
            Restart(lost);
            CopyFresh(result);
        }

        Remember(result);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        if (_startsNext)
        {
            _startsNext = false;
            CopyFresh(result);
        }
        else
        {
            StepOrRestart(actions, result);
        }

        Remember(result);
    }

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => OnStep(actions, result);

    /// <inheritdoc/>
    protected override void OnClose() => _env.Close();

    private void StepOrRestart(Columns actions, VectorStep result)
    {
        try
        {
            _env.Step(actions, result);
            _hasStepped = true;
        }
        catch (GymBridgeException lost) when (IsLoss(lost))
        {
            Restart(lost);
            result.ClearOutcomes();
            Array.Fill(result.Truncated, true);
            if (AutoresetMode == AutoresetMode.SameStep)
            {
                Array.Fill(result.HasFinal, true);
                CopyLanes(_last, result.FinalObservations);
                CopyFresh(result);
            }
            else
            {
                CopyLanes(_last, result.Observations);
                _startsNext = true;
            }
        }
    }

    private static bool IsLoss(GymBridgeException exception) => exception is SessionLostException or CallTimeoutException;

    private void Restart(GymBridgeException lost)
    {
        // One that dies before its first step would die for ever.
        if (Restarts >= _maxRestarts || (Restarts > 0 && !_hasStepped))
        {
            ExceptionDispatchInfo.Throw(lost);
        }

        _onRestart?.Invoke(lost);
        Restarts++;
        _hasStepped = false;
        _env.Dispose();
        _env = _make();
        _env.Reset(_fresh, _seeds, default, _options);
    }

    private void Remember(VectorStep result) => CopyLanes(result.Observations, _last);

    private void CopyFresh(VectorStep result)
    {
        CopyLanes(_fresh.Observations, result.Observations);
        _fresh.Infos.CopyTo(result.Infos, 0);
    }

    private static void CopyLanes(Columns source, Columns target)
    {
        for (var lane = 0; lane < source.Lanes; lane++)
        {
            target.CopyLane(source, lane, lane);
        }
    }
}
