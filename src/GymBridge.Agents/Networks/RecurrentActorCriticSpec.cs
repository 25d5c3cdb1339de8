using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;

namespace GymBridge.Agents.Networks;

/// <summary>A policy and a value network behind LSTMs.</summary>
/// <param name="HiddenSizes">Sizes of the hidden layers behind an LSTM, of either network.</param>
/// <param name="Activation">Between the layers.</param>
/// <param name="LstmHiddenSize">Size of the state of an LSTM layer.</param>
/// <param name="LstmLayers">Layers of an LSTM.</param>
/// <param name="SharesLstm">Whether the value reads the policy's LSTM, without gradients into it.</param>
/// <param name="HasCriticLstm">Whether the value has an LSTM of its own.</param>
/// <param name="InitialLogDeviation">Logarithm of the standard deviation of continuous actions at the start.</param>
public sealed record RecurrentActorCriticSpec(
    IReadOnlyList<int> HiddenSizes,
    Activation Activation,
    int LstmHiddenSize,
    int LstmLayers,
    bool SharesLstm,
    bool HasCriticLstm,
    double InitialLogDeviation = 0)
    : NetworkSpec
{
    /// <inheritdoc/>
    public override PolicyNetwork Create(ObservationEncoder observations, Space actions, string title, CustomNetworks custom) =>
        new RecurrentActorCriticNetwork(this, observations.Features, ActionHead.For(actions, title), custom);
}
