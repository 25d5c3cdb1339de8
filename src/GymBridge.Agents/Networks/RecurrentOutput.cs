using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>What the LSTMs give for some sequences.</summary>
/// <param name="Policy">float32 [T S, H]; for the policy, time-major.</param>
/// <param name="Value">float32 [T S, H]; for the value.</param>
/// <param name="Actor">State of the policy's LSTM after the last step; float32 [L, S, H], hidden and cell.</param>
/// <param name="Critic">State of the value's LSTM after the last step.</param>
public readonly record struct RecurrentOutput(Tensor Policy, Tensor Value, (Tensor Hidden, Tensor Cell) Actor, (Tensor Hidden, Tensor Cell) Critic);
