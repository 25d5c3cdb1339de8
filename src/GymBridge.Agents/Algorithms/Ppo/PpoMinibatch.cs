using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The transitions of one minibatch.</summary>
/// <param name="Observations">float32 [B, F].</param>
/// <param name="Actions">int64 or float32 [B, W].</param>
/// <param name="OldLogProbabilities">float32 [B].</param>
/// <param name="OldValues">float32 [B].</param>
/// <param name="Advantages">float32 [B].</param>
/// <param name="Returns">float32 [B].</param>
internal readonly record struct PpoMinibatch(
    Tensor Observations, Tensor Actions, Tensor OldLogProbabilities, Tensor OldValues, Tensor Advantages, Tensor Returns);
