using System.Text.Json.Serialization;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>A network that gives the value of each action.</summary>
/// <param name="HiddenSizes">Sizes of the hidden layers.</param>
/// <param name="Activation">Between the layers.</param>
/// <param name="IsDueling">Whether it gives the value of the state and the advantage of each action, of which the values are made.</param>
/// <param name="Epsilon">Share of random actions where it is not asked for the best one.</param>
public sealed record QNetworkSpec(IReadOnlyList<int> HiddenSizes, Activation Activation, bool IsDueling, double Epsilon) : NetworkSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StartsOrthogonal => false;

    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom) =>
        actions is Discrete discrete
            ? new QNetwork(this, observations.Features, new CategoricalHead(discrete), custom)
            : throw ActionSpaces.Refuse(actions, title);
}
