using System.Text.Json.Serialization;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents;

/// <summary>Tables of numbers for each arm, and the rule that chooses by them.</summary>
/// <param name="Rule">The bandit algorithm.</param>
internal sealed record ArmSpec(BanditRule Rule) : NetworkSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StartsOrthogonal => false;

    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom)
    {
        // Tables read features as they are: what would read images first is not theirs.
        custom.FeaturesExtractor?.Dispose();
        return actions is Discrete discrete
            ? new ArmNetwork(Rule, observations.Features, new CategoricalHead(discrete))
            : throw ActionSpaces.Refuse(actions, title);
    }
}
