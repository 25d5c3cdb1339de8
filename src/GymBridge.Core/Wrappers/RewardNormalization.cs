using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>What NormalizeReward of single and of vector environments share.</summary>
internal sealed class RewardNormalization
{
    public RewardNormalization(double gamma, double epsilon, double[]? originalRewards = null)
    {
        if (!(gamma is >= 0 and <= 1))
        {
            throw new ArgumentException($"`gamma` should be in the interval [0, 1]. Received {PythonText.Repr(gamma)}", nameof(gamma));
        }

        if (!(epsilon > 0))
        {
            throw new ArgumentException($"`epsilon` should be strictly positive. Received {PythonText.Repr(epsilon)}", nameof(epsilon));
        }

        (Gamma, State) = (gamma, new Normalization(new RunningMoments(1), epsilon, originalRewards));
    }

    public double Gamma { get; }

    /// <summary>The moments of the discounted return.</summary>
    public Normalization State { get; }

    /// <summary>What a reward is divided by.</summary>
    public double Deviation => Math.Sqrt(State.Moments.Variance[0] + State.Epsilon);
}
