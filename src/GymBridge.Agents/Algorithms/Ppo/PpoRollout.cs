using GymBridge.Agents.Collecting;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>A rollout as tensors, from which minibatches are taken; they live as long as the scope in which it was made.</summary>
/// <param name="rollout">Its advantages are computed.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class PpoRollout(RolloutBuffer rollout, Device device)
{
    private readonly Tensor _actions = rollout.ActionTensor().to(device);
    private readonly Tensor _logProbabilities = rollout.TensorOf(rollout.LogProbabilities).to(device);
    private readonly Tensor _values = rollout.TensorOf(rollout.StateValues).to(device);
    private readonly Tensor _advantages = rollout.TensorOf(rollout.Advantages).to(device);
    private readonly Tensor _returns = rollout.TensorOf(rollout.Returns).to(device);

    /// <summary>Some transitions of it.</summary>
    /// <param name="observations">Their observations, or what stands for them.</param>
    /// <param name="indices">int64 [B]; flat time-major indices.</param>
    public PpoMinibatch Select(Tensor observations, Tensor indices) => new(
        observations,
        _actions.index_select(0, indices),
        _logProbabilities.index_select(0, indices),
        _values.index_select(0, indices),
        _advantages.index_select(0, indices),
        _returns.index_select(0, indices));
}
