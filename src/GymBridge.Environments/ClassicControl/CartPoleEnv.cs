using GymBridge.Errors;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>A pole on a cart that is pushed left or right; keep it upright.</summary>
/// <remarks>
/// <para>Actions, Discrete(2): 0 pushes the cart to the left, 1 to the right, with 10 N.</para>
/// <para>Observation, Box(4,) float32:
/// 0 cart position, m, -4.8 to 4.8;
/// 1 cart velocity, m/s, unbounded;
/// 2 pole angle, rad, -0.41887903 to 0.41887903;
/// 3 pole angular velocity, rad/s, unbounded.</para>
/// <para>Reward: 1 for every step, the last included; with <c>sutton_barto_reward</c> 0, and -1 when the pole falls.</para>
/// <para>Start: every element uniform in [-0.05, 0.05); options <c>low</c> and <c>high</c> set other bounds.</para>
/// <para>Terminated: the pole's angle exceeds 12 degrees or the cart's position 2.4 m. The time limit is a wrapper's.</para>
/// <para>Equal to Gymnasium's CartPole bit for bit, generator state included. Source:
/// <c>gymnasium/envs/classic_control/cartpole.py</c> 1.4.0. v1: 500 steps; v0: 200 steps.</para>
/// </remarks>
public sealed class CartPoleEnv : Env<float[], long>, ISnapshot
{
    private readonly bool _suttonBartoReward;
    private readonly string? _renderMode;
    private readonly CartPoleParameters _physics = new();
    private CartPoleState _state;
    private bool _hasState;
    private bool _hasTerminated;
    private long? _stepsBeyond;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="suttonBartoReward">Reward 0, and -1 when the pole falls, as in the original paper.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public CartPoleEnv(bool suttonBartoReward = false, string? renderMode = null)
        : base(CartPoleRules.ObservationSpace, CartPoleRules.ActionSpace())
    {
        _suttonBartoReward = suttonBartoReward;
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => CartPoleRules.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <summary>A uint8 frame of 400 x 600 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : CartPoleRenderer.Draw(_state);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var (low, high) = CartPoleRules.Bounds(options);
        _state = CartPoleRules.Start(Rng, low, high);
        _hasState = true;
        (_hasTerminated, _stepsBeyond) = (false, null);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is neither 0 nor 1.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(long action)
    {
        if ((ulong)action > 1)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "CartPole");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var terminated = CartPoleDynamics.Step(ref _state, action == 1, _physics);
        var reward = Reward(terminated);
        _stepsBeyond = terminated ? _hasTerminated ? _stepsBeyond + 1 : 0 : _stepsBeyond;
        _hasTerminated |= terminated;
        return new(Observe(), reward, terminated);
    }

    Info ISnapshot.Save() => new() { ["has_state"] = _hasState, ["has_terminated"] = _hasTerminated, ["steps_beyond"] = _stepsBeyond };

    void ISnapshot.Restore(Info state)
    {
        _hasState = SnapshotFields.Get<bool>(state, "has_state", nameof(CartPoleEnv));
        _hasTerminated = SnapshotFields.Get<bool>(state, "has_terminated", nameof(CartPoleEnv));
        _stepsBeyond = SnapshotFields.Get<long?>(state, "steps_beyond", nameof(CartPoleEnv));
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        _physics.Declare(attributes);
        attributes.Add("screen_width", () => 600L).Add("screen_height", () => 400L).Add("steps_beyond_terminated", () => _stepsBeyond);
        attributes.Add<object>(
            "state",
            () => _hasState ? NDArray.From(_state.X, _state.XDot, _state.Theta, _state.ThetaDot) : null,
            value =>
            {
                var numbers = PythonValue.ToNumbers(value, 4, "Attribute 'state' of 'CartPoleEnv'");
                (_state, _hasState) = (new CartPoleState(numbers[0], numbers[1], numbers[2], numbers[3]), true);
            });
    }

    private double Reward(bool terminated)
    {
        if (_suttonBartoReward)
        {
            return terminated ? -1 : 0;
        }

        // A step after the end, which is undefined, still has Gymnasium's reward: 0.
        return terminated && _hasTerminated ? 0 : 1;
    }

    private float[] Observe()
    {
        var observation = new float[4];
        CartPoleDynamics.Observe(_state, observation);
        return observation;
    }
}
