using System.Text.Json.Serialization;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>Everything but the weights that is needed to build a policy's network again; it is part of a saved policy.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ActorCriticSpec), "actor_critic")]
[JsonDerivedType(typeof(QNetworkSpec), "q_network")]
public abstract record NetworkSpec
{
    /// <summary>Builds the network with fresh weights from the tensor library's default generator.</summary>
    /// <param name="observations">Gives the features.</param>
    /// <param name="actions">The actions.</param>
    /// <param name="title">The algorithm's name in messages.</param>
    /// <param name="custom">Networks of the user's own.</param>
    /// <exception cref="NotSupportedException">The network cannot act in the space.</exception>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public abstract PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom);
}
