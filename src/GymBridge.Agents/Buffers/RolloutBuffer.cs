using GymBridge.Agents.Formulas;
using GymBridge.Agents.Reproducibility;

namespace GymBridge.Agents.Buffers;

/// <summary>What T steps of N lanes brought, time-major; made once and filled again for every rollout.</summary>
public sealed class RolloutBuffer
{
    /// <summary>A buffer for [T, N] transitions of F features.</summary>
    public RolloutBuffer(int steps, int lanes, int features)
    {
        (Steps, Lanes, Features) = (steps, lanes, features);
        var count = steps * lanes;
        Observations = new float[count * features];
        Actions = new long[count];
        LogProbabilities = new float[count];
        Values = new float[count];
        NextValues = new float[count];
        Rewards = new double[count];
        Terminated = new bool[count];
        Truncated = new bool[count];
        Advantages = new float[count];
        Returns = new float[count];
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>N.</summary>
    public int Lanes { get; }

    /// <summary>F.</summary>
    public int Features { get; }

    /// <summary>float32 [T, N, F]; the observations that were acted on.</summary>
    public float[] Observations { get; }

    /// <summary>int64 [T, N]; action indices from 0.</summary>
    public long[] Actions { get; }

    /// <summary>float32 [T, N]; log pi(a|s) under the policy that acted.</summary>
    public float[] LogProbabilities { get; }

    /// <summary>float32 [T, N]; V(s_t).</summary>
    public float[] Values { get; }

    /// <summary>float32 [T, N]; V(s_t+1), of the final observation where step t was truncated.</summary>
    public float[] NextValues { get; }

    /// <summary>float64 [T, N].</summary>
    public double[] Rewards { get; }

    /// <summary>[T, N].</summary>
    public bool[] Terminated { get; }

    /// <summary>[T, N].</summary>
    public bool[] Truncated { get; }

    /// <summary>float32 [T, N]; see <see cref="GeneralizedAdvantage"/>.</summary>
    public float[] Advantages { get; }

    /// <summary>float32 [T, N]; advantages + values.</summary>
    public float[] Returns { get; }

    /// <summary>The features of step t, [N, F].</summary>
    public Span<float> ObservationsAt(int step) => Observations.AsSpan(step * Lanes * Features, Lanes * Features);

    /// <summary>The elements of step t of an array of this buffer, [N].</summary>
    public Span<T> At<T>(T[] values, int step) => values.AsSpan(step * Lanes, Lanes);

    /// <summary>Stores rewards and flags of step t.</summary>
    public void StoreOutcome(int step, VectorStep outcome)
    {
        outcome.Rewards.CopyTo(At(Rewards, step));
        outcome.Terminated.CopyTo(At(Terminated, step));
        outcome.Truncated.CopyTo(At(Truncated, step));
    }

    /// <summary>Fills <see cref="NextValues"/> from <see cref="Values"/> and the values after the last step.</summary>
    /// <remarks>Values of truncated steps, which belong to final observations, must be stored afterwards.</remarks>
    public void ShiftValues(ReadOnlySpan<float> lastValues)
    {
        Values.AsSpan(Lanes).CopyTo(NextValues);
        lastValues.CopyTo(At(NextValues, Steps - 1));
    }

    /// <summary>Fills <see cref="Advantages"/> and <see cref="Returns"/>.</summary>
    public void ComputeAdvantages(double gamma, double lambda) => GeneralizedAdvantage.Compute(
        Rewards, Values, NextValues, Terminated, Truncated, Lanes, gamma, lambda, Advantages, Returns);

    /// <summary>The buffer as a trace.</summary>
    public RolloutTrace Trace() => new(
    [
        TraceField.Of("observation", Observations, Steps, Lanes, Features),
        TraceField.Of("value", Values, Steps, Lanes),
        TraceField.Of("action", Actions, Steps, Lanes),
        TraceField.Of("log_probability", LogProbabilities, Steps, Lanes),
        TraceField.Of("reward", Rewards, Steps, Lanes),
        TraceField.Of("terminated", Terminated, Steps, Lanes),
        TraceField.Of("truncated", Truncated, Steps, Lanes),
        TraceField.Of("next_value", NextValues, Steps, Lanes),
    ]);
}
