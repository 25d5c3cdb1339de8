using GymBridge.Environments.Numerics;
using GymBridge.Spaces;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Two linked rods with a motor at the joint between them: swing the free end above the line.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): torque of -1, 0 or 1 N m on the joint.</para>
/// <para>Observation, Box(6,) float32: 0, 1 cosine and sine of the first angle; 2, 3 of the second angle, relative to the
/// first; 4 angular velocity of the first, rad/s, -4 pi to 4 pi; 5 of the second, -9 pi to 9 pi.</para>
/// <para>Reward: -1 for every step, 0 for the one that reaches the line.</para>
/// <para>Start: every element of the state uniform in [-0.1, 0.1); options <c>low</c> and <c>high</c> set other bounds.</para>
/// <para>Terminated: -cos(first) - cos(first + second) above 1.</para>
/// <para>Equal to Gymnasium's Acrobot-v1 bit for bit, the observation of the reset to NumPy's AVX2 and AVX-512 builds. Source:
/// <c>gymnasium/envs/classic_control/acrobot.py</c> 1.4.0 after Sutton 1996. v1: 500 steps.</para>
/// </remarks>
public sealed class AcrobotEnv : Env<float[], long>
{
    private readonly string? _renderMode;
    private readonly double[] _state = new double[4];
    private bool _hasState;

    /// <summary>An Acrobot.</summary>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public AcrobotEnv(string? renderMode = null)
        : base(MakeObservationSpace(), new Discrete(3)) => _renderMode = renderMode;

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
        Rng.Uniform(low, high, _state);
        foreach (ref var value in _state.AsSpan())
        {
            value = (float)value;
        }

        _hasState = true;

        // The state is float32 here, and NumPy has a sine and cosine of its own for float32.
        var (first, second) = ((float)_state[0], (float)_state[1]);
        return (float[])
        [
            NumPySingle.Cos(first), NumPySingle.Sin(first), NumPySingle.Cos(second), NumPySingle.Sin(second),
            (float)_state[2], (float)_state[3],
        ];
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

        AcrobotDynamics.Step(_state, action - 1);
        var terminated = -Math.Cos(_state[0]) - Math.Cos(_state[1] + _state[0]) > 1.0;
        float[] observation =
        [
            (float)Math.Cos(_state[0]), (float)Math.Sin(_state[0]), (float)Math.Cos(_state[1]), (float)Math.Sin(_state[1]),
            (float)_state[2], (float)_state[3],
        ];
        return new(observation, terminated ? 0.0 : -1.0, terminated);
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add<object>("state", () => _hasState ? NDArray.From((double[])[.. _state]) : null, value =>
        {
            PythonValue.ToNumbers(value, 4, "Attribute 'state' of 'AcrobotEnv'").CopyTo(_state, 0);
            _hasState = true;
        });

    private static Box MakeObservationSpace()
    {
        double[] high = [1, 1, 1, 1, AcrobotDynamics.MaxSpeed1, AcrobotDynamics.MaxSpeed2];
        return new Box(NDArray.From(Array.ConvertAll(high, bound => -bound)), NDArray.From(high));
    }
}
