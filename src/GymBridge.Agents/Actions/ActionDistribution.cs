using GymBridge.Agents.Randomness;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>A distribution over actions for each row of a batch, made by an <see cref="ActionHead"/> of a network's outputs.</summary>
public abstract class ActionDistribution
{
    /// <summary>log pi(a|s), summed over the parts of an action.</summary>
    /// <param name="actions">int64 or float32 [B, W]; as <see cref="ActionHead"/> stores them.</param>
    /// <returns>float32 [B].</returns>
    public abstract Tensor LogProbability(Tensor actions);

    /// <summary>Entropy, summed over the parts of an action.</summary>
    /// <returns>float32 [B].</returns>
    public abstract Tensor Entropy();

    /// <summary>KL(this || other), summed over the parts of an action.</summary>
    /// <returns>float32 [B].</returns>
    public abstract Tensor KlDivergenceTo(ActionDistribution other);

    /// <summary>Draws an action for each row, row i from stream i.</summary>
    /// <param name="streams">One for each row.</param>
    /// <param name="actions">Filled.</param>
    /// <param name="logProbabilities">float32 [B]; filled with log pi(a|s).</param>
    public abstract void Sample(LaneStreams streams, ActionSpan actions, Span<float> logProbabilities);

    /// <summary>The most probable action of each row.</summary>
    public abstract void Mode(ActionSpan actions);
}
