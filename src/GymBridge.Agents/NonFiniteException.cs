namespace GymBridge.Agents;

/// <summary>An environment gave NaN or infinity, or a loss became it: training stopped before any weight was touched by it.</summary>
public sealed class NonFiniteException : GymBridgeException
{
    /// <inheritdoc cref="Exception(string)"/>
    /// <param name="message">What is not finite, where, and what to do.</param>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Throws if a loss is not finite.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="title">The algorithm's name in messages.</param>
    /// <param name="timesteps">Environment steps so far.</param>
    public static void ThrowIfNotFinite(double loss, string title, long timesteps)
    {
        if (!double.IsFinite(loss))
        {
            throw new NonFiniteException(
                $"The loss of {title} became {loss} at timestep {timesteps}: training has diverged. The weights are those before this step. Lower the learning rate, bound the gradient (MaxGradNorm), or scale rewards and observations (NormalizeReward, NormalizeObservation).");
        }
    }
}
