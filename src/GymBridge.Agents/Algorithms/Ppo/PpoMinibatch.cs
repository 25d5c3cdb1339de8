using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The transitions of one minibatch.</summary>
/// <param name="Observations">float32 [B, F].</param>
/// <param name="Actions">int64 or float32 [B, W].</param>
/// <param name="OldLogProbabilities">float32 [B].</param>
/// <param name="OldValues">float32 [B].</param>
/// <param name="Advantages">float32 [B].</param>
/// <param name="Returns">float32 [B].</param>
/// <param name="Masks">bool [B, Outputs]; false where an action is not allowed; null allows all.</param>
/// <param name="OldOutputs">float32 [B, Outputs]; of the policy that acted; for the KL penalty, else null.</param>
/// <param name="OldLogDeviation">float32 [W]; of the policy that acted; for the KL penalty of continuous actions, else null.</param>
internal readonly record struct PpoMinibatch(
    Tensor Observations,
    Tensor Actions,
    Tensor OldLogProbabilities,
    Tensor OldValues,
    Tensor Advantages,
    Tensor Returns,
    Tensor? Masks = null,
    Tensor? OldOutputs = null,
    Tensor? OldLogDeviation = null);
