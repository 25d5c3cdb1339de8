using System.Text.Json.Serialization;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>Everything but the weights that is needed to build a policy's network again; it is part of a saved policy.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ActorCriticSpec), "actor_critic")]
[JsonDerivedType(typeof(ArmSpec), "arms")]
[JsonDerivedType(typeof(QNetworkSpec), "q_network")]
[JsonDerivedType(typeof(RecurrentActorCriticSpec), "recurrent_actor_critic")]
[JsonDerivedType(typeof(SacSpec), "sac")]
[JsonDerivedType(typeof(TableSpec), "table")]
public abstract record NetworkSpec
{
    /// <summary>What reads the observations first.</summary>
    /// <value>Mlp: nothing does, the layers read them.</value>
    public FeatureNetworkKind Features { get; init; } = FeatureNetworkKind.Mlp;

    /// <summary>Whether bytes from 0 to 255 are divided by 255 before.</summary>
    /// <value>False, as in policies that earlier versions saved; algorithms set it.</value>
    public bool ScalesBytes { get; init; }

    /// <summary>Whether weights start orthogonal; if not, as the tensor library makes them.</summary>
    /// <value>True; it is no part of a saved policy, whose weights are there.</value>
    [JsonIgnore]
    public virtual bool StartsOrthogonal { get; init; } = true;

    /// <summary>Builds the network, with what reads the observations first unless the user has a network of their own for it.</summary>
    /// <inheritdoc cref="Create"/>
    internal PolicyNetwork Build(ObservationEncoder observations, Space actions, string title, CustomNetworks custom) => Create(
        observations,
        actions,
        title,
        custom.FeaturesExtractor is null ? custom with { FeaturesExtractor = Reader(observations) } : custom);

    private TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>? Reader(ObservationEncoder observations) =>
        Features is FeatureNetworkKind.OneHot or FeatureNetworkKind.Transformer
            ? TokenNetwork.Create(Features, observations)
            : FeatureNetwork.Create(Features, observations, StartsOrthogonal);

    /// <summary>Builds the network with fresh weights from the tensor library's default generator.</summary>
    /// <param name="observations">Gives the features.</param>
    /// <param name="actions">The actions.</param>
    /// <param name="title">The algorithm's name in messages.</param>
    /// <param name="custom">Networks of the user's own.</param>
    /// <exception cref="NotSupportedException">The network cannot act in the space.</exception>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public abstract PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom);
}
