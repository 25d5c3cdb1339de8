using System.Numerics;
using GymBridge.Batch;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>A vector environment that steps single environments one after the other (<c>gymnasium.vector.SyncVectorEnv</c>).</summary>
/// <remarks>With <see cref="AutoresetMode.Disabled"/> a step is refused while the episode of a lane has ended, as Gymnasium
/// asserts; <see cref="AsyncVectorEnv"/> passes it on to the environment, as Gymnasium's does. When lane k throws, the exception's <c>Data["lane"]</c> is k; lanes before it have stepped, lanes after it have not.
/// Gymnasium's <c>copy</c> has no counterpart: a step fills buffers that the caller owns.</remarks>
public sealed class SyncVectorEnv : VectorEnv
{
    /// <summary>The key in <see cref="Exception.Data"/> under which the number of the lane that threw is found.</summary>
    public const string LaneDataKey = "lane";

    private readonly AutoresettingLanes _lanes;
    private readonly Lazy<Space> _observationSpace;
    private readonly bool _refusesEnded;

    /// <summary>A vector environment over these environments, which it owns from now on.</summary>
    /// <param name="envs">At least one; the list must not change.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="observationMode">What the lanes' observation spaces have in common; null for <see cref="ObservationMode.Same"/>.</param>
    /// <exception cref="ArgumentException">The list is empty, or an environment is null or comes twice.</exception>
    /// <exception cref="InvalidOperationException">The spaces of the lanes do not fit together.</exception>
    public SyncVectorEnv(IReadOnlyList<Env> envs, AutoresetMode autoresetMode = AutoresetMode.NextStep, ObservationMode? observationMode = null)
        : this(envs, autoresetMode, observationMode ?? ObservationMode.Same, refusesEnded: autoresetMode == AutoresetMode.Disabled)
    {
    }

    private SyncVectorEnv(IReadOnlyList<Env> envs, AutoresetMode autoresetMode, ObservationMode observationMode, bool refusesEnded)
        : base(AutoresettingLanes.Checked(envs, observationMode).Count, observationMode.Single(envs), envs[0].ActionSpace, autoresetMode)
    {
        _observationSpace = new(() => observationMode.Batch(envs));
        _lanes = new AutoresettingLanes(envs, autoresetMode);
        _refusesEnded = refusesEnded;
    }

    /// <summary>A single environment in the form of a vector environment; a step after the end of an episode is passed on to it.</summary>
    /// <param name="env">The environment, which is owned from now on.</param>
    /// <param name="autoresetMode">What happens when its episode has ended.</param>
    public static SyncVectorEnv OfOne(Env env, AutoresetMode autoresetMode) =>
        new([env], autoresetMode, ObservationMode.Same, refusesEnded: false) { Spec = env.Spec };

    /// <summary>Several such environments.</summary>
    internal static SyncVectorEnv OfSteppedOn(IReadOnlyList<Env> envs, AutoresetMode autoresetMode) =>
        new(envs, autoresetMode, ObservationMode.Same, refusesEnded: false);

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

    /// <summary>The environment of one lane.</summary>
    public Env this[int lane]
    {
        get
        {
            CheckLane(lane);
            return _lanes[lane];
        }
    }

    /// <inheritdoc/>
    public override bool CanSaveState => _lanes.CanSaveState;

    /// <inheritdoc/>
    public override object? GetAttribute(string name, int lane = 0) => this[lane].GetWrapperAttr(name);

    /// <inheritdoc/>
    public override void SetAttribute(string name, object? value, int lane = 0) => this[lane].SetWrapperAttr(name, value);

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        this[lane].CallMethod(name, arguments, keywordArguments);

    /// <inheritdoc/>
    public override object? Render(int lane) => this[lane].Render();

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        var env = this[lane].Unwrapped;
        return (env.Rng.State, env.RngSeed);
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => this[lane].Unwrapped.Rng = new Rng(state);

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane) => _lanes.SaveLane(lane);

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state) => _lanes.RestoreLane(lane, state);

    /// <inheritdoc/>
    public override void MoveRng(int lane, RngState state) => this[lane].Unwrapped.Rng.State = state;

    /// <inheritdoc/>
    public override bool CanStepSomeLanes => true;

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                _lanes.Reset(lane, seeds.IsEmpty ? null : seeds[lane], options, result);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ResetNeededException">Autoreset is disabled, and the episode of a lane has ended (an
    /// <c>AssertionError</c> in Gymnasium).</exception>
    protected override void OnStep(Columns actions, VectorStep result) => StepLanes(actions, result, default, isExact: false);

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => StepLanes(actions, result, default, isExact: true);

    /// <inheritdoc/>
    /// <exception cref="ResetNeededException">Autoreset is disabled, and the episode of a lane of the mask has ended.</exception>
    protected override void OnStep(Columns actions, VectorStep result, ReadOnlySpan<bool> mask) =>
        StepLanes(actions, result, mask, HasOtherDType(actions));

    /// <inheritdoc/>
    protected override void OnClose() => _lanes.Close();

    private void StepLanes(Columns actions, VectorStep result, ReadOnlySpan<bool> mask, bool isExact)
    {
        if (_refusesEnded)
        {
            _lanes.ThrowIfEnded(mask);
        }

        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                _lanes.Step(lane, actions, result, isExact);
            }
        }
    }
}
