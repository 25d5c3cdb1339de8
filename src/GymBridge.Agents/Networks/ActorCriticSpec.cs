using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>A policy and a value network.</summary>
/// <param name="HiddenSizes">Sizes of the hidden layers of either network; of the trunk, where they share one.</param>
/// <param name="Activation">Between the layers.</param>
/// <param name="SharesTrunk">Whether the hidden layers are common to both, so that only the last layers are their own.</param>
/// <param name="InitialLogDeviation">Logarithm of the standard deviation of continuous actions at the start.</param>
/// <param name="UsesMasks">Whether it acts among those actions alone that the environment allows.</param>
/// <param name="UsesReference">Whether its logits are added to those of the environment's reference policy, and start at zero: the first
/// policy is the reference.</param>
public sealed record ActorCriticSpec(
    IReadOnlyList<int> HiddenSizes, Activation Activation = Activation.Tanh, bool SharesTrunk = false, double InitialLogDeviation = 0, bool UsesMasks = false,
    bool UsesReference = false) : NetworkSpec
{
    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom) =>
        new ActorCriticNetwork(this, observations.Features, ActionHead.For(actions, title), custom);
}
