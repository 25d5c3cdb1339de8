using GymBridge.Wrappers;

namespace GymBridge.Training.Presets;

/// <summary>The wrappers between the environment and the algorithm that trains on it, in rl-zoo's order: normalised first, then stacked.</summary>
/// <param name="NormalizeObservations">Whether observations get mean 0 and variance 1, by the moments of those seen so far.</param>
/// <param name="NormalizeRewards">Whether rewards are divided by the standard deviation of the discounted return so far.</param>
/// <param name="FrameStack">Observations that are given together; 1 leaves them as they are.</param>
/// <param name="Gamma">Discount of the return that rewards are normalised by.</param>
/// <remarks>As in Gymnasium nothing is clipped; Stable-Baselines3's VecNormalize clips both to [-10, 10].</remarks>
public sealed record TrainingWrappers(bool NormalizeObservations = false, bool NormalizeRewards = false, int FrameStack = 1, double Gamma = 0.99)
{
    /// <summary>Puts them around an environment, which the result owns.</summary>
    public VectorEnv Wrap(VectorEnv env)
    {
        ArgumentNullException.ThrowIfNull(env);
        env = NormalizeObservations ? env.NormalizeObservation() : env;
        env = NormalizeRewards ? env.NormalizeReward(Gamma) : env;
        return FrameStack > 1 ? env.FrameStack(FrameStack) : env;
    }
}
