using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Two linked rods with a motor at the joint between them: swing the free end above the line.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): torque of -1, 0 or 1 N m on the joint.</para>
/// <para>Observation, Box(6,) float32: 0, 1 cosine and sine of the first angle; 2, 3 of the second angle, relative to the
/// first; 4 angular velocity of the first, rad/s, -4 pi to 4 pi; 5 of the second, -9 pi to 9 pi.</para>
/// <para>Reward: -1 for every step, 0 for the one that reaches the line.</para>
/// <para>Start: every element of the state uniform in [-0.1, 0.1); options <c>low</c> and <c>high</c> set other bounds.</para>
/// <para>Arguments <c>torque_noise_max</c> and <c>book_or_nips</c> are what Gymnasium has as class attributes of these names.</para>
/// <para>Terminated: -cos(first) - cos(first + second) above 1.</para>
/// <para>Equal to Gymnasium's Acrobot-v1 bit for bit, the observation of the reset to NumPy's AVX2 and AVX-512 builds. Source:
/// <c>gymnasium/envs/classic_control/acrobot.py</c> 1.4.0 after Sutton 1996. v1: 500 steps.</para>
/// </remarks>
public sealed class AcrobotEnv : Env<float[], long>, ISnapshot
{
    private readonly string? _renderMode;
    private readonly double[] _state = new double[4];
    private AcrobotVariant _variant;
    private bool _hasState;
    private bool _isSingle;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    /// <param name="torqueNoiseMax">Each step's torque gets a uniform number in [-max, max) added; 0 for none, and no draw.</param>
    /// <param name="bookOrNips">"book" for the equations of Sutton and Barto's book, "nips" for those of Sutton 1996.</param>
    /// <exception cref="ArgumentException">There is no such variant of the equations.</exception>
    public AcrobotEnv(string? renderMode = null, double torqueNoiseMax = 0, string bookOrNips = "book")
        : base(MakeObservationSpace(), new Discrete(3))
    {
        _renderMode = renderMode;
        _variant = new AcrobotVariant(torqueNoiseMax, bookOrNips);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array"], 15);

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <summary>A uint8 frame of 500 x 500 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : AcrobotRenderer.Draw(_state[0], _state[1]);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var (low, high) = ResetOptions.Bounds(options, -0.1, 0.1);
        var observation = new float[6];
        AcrobotRules.Start(Rng, low, high, _state, observation);
        (_hasState, _isSingle) = (true, true);
        return observation;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not 0, 1 or 2.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(long action)
    {
        if ((ulong)action > 2)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "Acrobot");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using AcrobotEnv object.");
        }

        AcrobotDynamics.Step(_state, _variant.Torque(action, Rng), _variant.IsNips);
        _isSingle = false;
        var observation = new float[6];
        AcrobotRules.Observe(_state, observation);
        var terminated = AcrobotRules.IsAboveTheLine(_state);
        return new(observation, terminated ? 0.0 : -1.0, terminated);
    }

    Info ISnapshot.Save() => new() { ["has_state"] = _hasState };

    void ISnapshot.Restore(Info state) =>
        _hasState = SnapshotFields.Get<bool>(state, "has_state", nameof(AcrobotEnv));

    /// <inheritdoc/>
    /// <remarks>What can be set is the state and the variant; the rods are as they are.</remarks>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add("AVAIL_TORQUE", () => new List<object?> { -1.0, 0.0, 1L })
        .Add("actions_num", () => 3L)
        .Add("SCREEN_DIM", () => 500L)
        .Add("dt", () => AcrobotDynamics.TimeStep)
        .Add("LINK_LENGTH_1", () => AcrobotDynamics.Length1)
        .Add("LINK_LENGTH_2", () => 1.0)
        .Add("LINK_MASS_1", () => AcrobotDynamics.Mass1)
        .Add("LINK_MASS_2", () => AcrobotDynamics.Mass2)
        .Add("LINK_COM_POS_1", () => AcrobotDynamics.Centre1)
        .Add("LINK_COM_POS_2", () => AcrobotDynamics.Centre2)
        .Add("LINK_MOI", () => AcrobotDynamics.Inertia)
        .Add("MAX_VEL_1", () => AcrobotDynamics.MaxSpeed1)
        .Add("MAX_VEL_2", () => AcrobotDynamics.MaxSpeed2)
        .Add<double>("torque_noise_max", () => _variant.TorqueNoiseMax, value => _variant = new AcrobotVariant(value, _variant.BookOrNips))
        .Add<string>("book_or_nips", () => _variant.BookOrNips, value => _variant = new AcrobotVariant(_variant.TorqueNoiseMax, value))
        .Add<object>("state", GetState, value =>
        {
            PythonValue.ToNumbers(value, 4, "Attribute 'state' of 'AcrobotEnv'").CopyTo(_state, 0);
            (_hasState, _isSingle) = (true, value is NDArray { DType: DType.Float32 });
        });

    // The state is float32 after a reset, and what the equations give, float64, after a step.
    private NDArray? GetState() => !_hasState ? null
        : _isSingle ? NDArray.From(Array.ConvertAll(_state, number => (float)number))
        : NDArray.From((double[])[.. _state]);

    private static Box MakeObservationSpace()
    {
        double[] high = [1, 1, 1, 1, AcrobotDynamics.MaxSpeed1, AcrobotDynamics.MaxSpeed2];
        return new Box(NDArray.From(Array.ConvertAll(high, bound => -bound)), NDArray.From(high));
    }
}
