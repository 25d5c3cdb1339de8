using System.Text.Json.Serialization;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>An actor with a squashed Gaussian, and two critics.</summary>
/// <param name="HiddenSizes">Sizes of the hidden layers of each network.</param>
/// <param name="Activation">After each of them.</param>
/// <param name="InitialTemperature">First value of the temperature where that is learned, and so a parameter of the network; null where it is fixed.</param>
public sealed record SacSpec(IReadOnlyList<int> HiddenSizes, Activation Activation, double? InitialTemperature) : NetworkSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool StartsOrthogonal => false;

    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom) =>
        actions is Box { DType: DType.Float32 or DType.Float64 or DType.Float16 } box
            ? new SacNetwork(this, observations.Features, new SquashedGaussianHead(box, title), custom)
            : throw ActionSpaces.Refuse(actions, title);
}
