using System.Runtime.Intrinsics;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N pendulums stepped together; lane i equals a single <see cref="PendulumEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Eight lanes at a time. A step allocates nothing.</remarks>
public sealed class PendulumVectorEnv : NativeVectorEnv
{
    private readonly double[] _thetas;
    private readonly double[] _thetaDots;
    private readonly double[] _sines; // of the angles: an observation and the step after it need them
    private readonly double[] _cosines = new double[LaneGroup.Size]; // of the angles that a group came to
    private readonly float[] _torques; // the last actions, not yet cut off
    private readonly PendulumDynamics _dynamics;
    private object?[]? _exactTorques; // of actions that are no float32

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="gravity">Acceleration of gravity, m/s^2.</param>
    public PendulumVectorEnv(VectorEnvArguments lanes, double gravity = 10.0)
        : base(() => new PendulumEnv(gravity), lanes)
    {
        _thetas = new double[NumEnvs];
        _thetaDots = new double[NumEnvs];
        _sines = new double[NumEnvs];
        _torques = new float[NumEnvs];
        _dynamics = new PendulumDynamics { Gravity = gravity };
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var torques = actions[0].AsSpan<float>();
        var observations = result.Observations[0].AsSpan<float>();
        torques.CopyTo(_torques);
        if (_exactTorques is not null)
        {
            Array.Clear(_exactTorques);
        }

        var lane = 0;
        if (LaneGroup.IsVectorized)
        {
            for (; lane <= NumEnvs - LaneGroup.Size; lane += LaneGroup.Size)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    StepGroup<Doubles8, Vector512<double>>(lane, torques, observations, result);
                }
                else
                {
                    StepGroup<Doubles4, Vector256<double>>(lane, torques, observations, result);
                }
            }
        }

        StepEach(lane, NumEnvs, torques, observations, result);
    }

    private protected override void StepLanesExact(Columns actions, VectorStep result)
    {
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result) && ExactForce.Of(actions, lane) is { } torque)
            {
                var reward = Move(lane, torque);
                Observe(lane, observations);
                Finish(lane, reward, false, result);
            }
        }
    }

    private double Move(int lane, ExactForce action)
    {
        _exactTorques ??= new object?[NumEnvs];
        if (action.IsHalf)
        {
            var half = _dynamics.Torque((Half)action.Value);
            _exactTorques[lane] = NumPyScalar.From(half);
            return _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], half);
        }

        var torque = _dynamics.Torque(action.Value);
        _exactTorques[lane] = NumPyScalar.From(torque);
        return _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], torque);
    }

    private protected override Info LaneState(int lane) => new() { ["theta"] = _thetas[lane], ["theta_dot"] = _thetaDots[lane], ["last_u"] = LastTorque(lane) };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (
        new Info { ["state"] = NDArray.From(_thetas[lane], _thetaDots[lane]) },
        new Info { ["has_state"] = true, ["last_u"] = LastTorque(lane) });

    // np.float16, np.float32 or np.float64, as the action was; None after a reset.
    private object? LastTorque(int lane) => ElapsedSteps[lane] == 0 ? null : _exactTorques?[lane] ?? _dynamics.Torque(_torques[lane]);

    private protected override void SetLaneState(int lane, Info state)
    {
        _thetas[lane] = SnapshotFields.Get<double>(state, "theta", nameof(PendulumVectorEnv));
        _thetaDots[lane] = SnapshotFields.Get<double>(state, "theta_dot", nameof(PendulumVectorEnv));
        _sines[lane] = Math.Sin(_thetas[lane]);
        var torque = state.TryGetValue("last_u", out var value) ? value : throw SnapshotFields.Unfit("last_u", nameof(PendulumVectorEnv));
        (_torques[lane], _exactTorques) = (torque is float number ? number : 0, _exactTorques ?? (torque is null or float ? null : new object?[NumEnvs]));
        _exactTorques?[lane] = torque is float ? null : torque;
    }

    private protected override (double First, double Second) StartLimits(Info? options) =>
        (ResetOptions.Number(options, "x_init", Math.PI), ResetOptions.Number(options, "y_init", 1.0));

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        Span<double> state = stackalloc double[2];
        rng.Uniform([-limits.First, -limits.Second], [limits.First, limits.Second], state);
        (_thetas[lane], _thetaDots[lane]) = (state[0], state[1]);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    private void StepGroup<S, V>(int first, ReadOnlySpan<float> torques, Span<float> observations, VectorStep result)
        where S : struct, IDoubles<V>
        where V : struct
    {
        if (!LaneGroup.AreBelow<S, V>(_thetas, first, PendulumDynamics.VectorLimit)
            || !LaneGroup.AreBelow<S, V>(_thetaDots, first, double.PositiveInfinity)
            || !LaneGroup.AreFinite(torques[first..]))
        {
            StepEach(first, first + LaneGroup.Size, torques, observations, result);
            return;
        }

        for (var i = 0; i < LaneGroup.Size; i += S.Count)
        {
            var at = first + i;
            var (theta, thetaDot) = (S.Load(_thetas, at), S.Load(_thetaDots, at));
            S.Store(_dynamics.Step<S, V>(ref theta, ref thetaDot, S.Load(_sines, at), S.Widen(torques[at..])), result.Rewards, at);
            S.Store(theta, _thetas, at);
            S.Store(thetaDot, _thetaDots, at);
            S.Store(LibmTrigonometry.Sin<S, V>(theta), _sines, at);
            S.Store(LibmTrigonometry.Cos<S, V>(theta), _cosines, i);
        }

        for (var lane = first; lane < first + LaneGroup.Size; lane++)
        {
            (observations[3 * lane], observations[(3 * lane) + 1], observations[(3 * lane) + 2]) =
                ((float)_cosines[lane - first], (float)_sines[lane], (float)_thetaDots[lane]);
        }

        FinishGroup(first, 0, result);
    }

    private void StepEach(int first, int end, ReadOnlySpan<float> torques, Span<float> observations, VectorStep result)
    {
        for (var lane = first; lane < end; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var reward = _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], _dynamics.Torque(torques[lane]));
                Observe(lane, observations);
                Finish(lane, reward, false, result);
            }
        }
    }

    private void Observe(int lane, Span<float> observations)
    {
        _sines[lane] = Math.Sin(_thetas[lane]);
        (observations[3 * lane], observations[(3 * lane) + 1], observations[(3 * lane) + 2]) =
            ((float)Math.Cos(_thetas[lane]), (float)_sines[lane], (float)_thetaDots[lane]);
    }
}
