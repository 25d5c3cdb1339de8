using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers.Vector;

/// <summary>Divides the rewards of all lanes by the standard deviation of their discounted returns so far.</summary>
/// <remarks>The returns are float32, as in Gymnasium, and every reset, also of some lanes, sets all of them to 0.
/// Source: <c>gymnasium/wrappers/vector/stateful_reward.py</c> 1.4.0.</remarks>
internal sealed class VectorNormalizeReward : VectorWrapper, ISnapshot
{
    private readonly RewardNormalization _normalization;
    private readonly double[] _original;
    private readonly float[] _returns;
    private readonly float[] _active;
    private readonly bool[] _ended;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public VectorNormalizeReward(VectorEnv env, double gamma, double epsilon)
        : base(env)
    {
        _original = new double[NumEnvs];
        _normalization = new RewardNormalization(gamma, epsilon, _original);
        _returns = new float[NumEnvs];
        _active = new float[NumEnvs];
        _ended = new bool[NumEnvs];
    }

    public Normalization Normalization => _normalization.State;

    internal override bool KeepsObservations => true;

    Info ISnapshot.Save() => new()
    {
        ["returns"] = NDArray.From((float[])_returns.Clone()),
        ["ended"] = NDArray.From((bool[])_ended.Clone()),
        ["normalization"] = Normalization.Save(),
    };

    void ISnapshot.Restore(Info state)
    {
        SnapshotFields.Array<float>(state, "returns", NumEnvs, ClassName).CopyTo(_returns);
        SnapshotFields.Array<bool>(state, "ended", NumEnvs, ClassName).CopyTo(_ended);
        Normalization.Restore(SnapshotFields.Info(state, "normalization", ClassName));
    }

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        Array.Clear(_returns);
        Array.Clear(_ended);
        base.OnReset(result, seeds, mask, options);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        base.OnStep(actions, result);
        result.Rewards.CopyTo(_original, 0);

        // With SameStep the step after an end is already the first of a new episode; otherwise it only resets.
        var isSameStep = AutoresetMode == AutoresetMode.SameStep;
        var gamma = (float)_normalization.Gamma;
        var active = 0;
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (isSameStep || !_ended[lane])
            {
                double discounted = _returns[lane] * gamma;
                _returns[lane] = (float)((discounted * (result.Terminated[lane] ? 0 : 1)) + result.Rewards[lane]);
                _active[active++] = _returns[lane];
            }

            _ended[lane] = result.Terminated[lane] || result.Truncated[lane];
        }

        if (Normalization.UpdatesMoments && active > 0)
        {
            Normalization.Moments.Update<float>(_active.AsSpan(0, active));
        }

        var deviation = _normalization.Deviation;
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            result.Rewards[lane] /= deviation;
            if (isSameStep && _ended[lane])
            {
                _returns[lane] = 0;
            }
        }
    }
}
