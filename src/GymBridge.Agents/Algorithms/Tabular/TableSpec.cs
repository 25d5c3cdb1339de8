using System.Text.Json.Serialization;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents;

/// <summary>A table of action values.</summary>
/// <param name="InitialValue">What every action is worth at first.</param>
/// <param name="Epsilon">Share of random actions where it is not asked for the best one.</param>
internal sealed record TableSpec(double InitialValue, double Epsilon) : NetworkSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StartsOrthogonal => false;

    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom)
    {
        if (custom.Policy is not null || custom.Value is not null)
        {
            throw new ArgumentException($"{title} keeps a table and has no networks; leave out CustomNetworks.Policy and CustomNetworks.Value.", nameof(custom));
        }

        // A table reads features as they are: what would read images first is not its own.
        custom.FeaturesExtractor?.Dispose();
        return actions is Discrete discrete
            ? new TableNetwork(this, observations.Features, new CategoricalHead(discrete))
            : throw ActionSpaces.Refuse(actions, title);
    }
}
