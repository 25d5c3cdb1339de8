using System.Runtime.InteropServices;
using GymBridge.Agents.Collecting;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>A rollout as tensors, from which minibatches are taken; they live as long as the scope in which it was made.</summary>
/// <param name="rollout">Its advantages are computed.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class PpoRollout(RolloutBuffer rollout, Device device)
{
    private readonly Tensor _actions = rollout.ActionTensor().to(device);
    private readonly Tensor _numbers = NumbersOf(rollout).to(device);

    /// <summary>float32 [T N, F]; null where they are images, of which a minibatch is decoded at a time.</summary>
    public Tensor? Observations { get; } = rollout.CanGather ? rollout.ObservationTensor().to(device) : null;

    /// <summary>Some transitions of it.</summary>
    /// <param name="rows">Flat time-major indices.</param>
    /// <param name="indices">int64 [B]; the same.</param>
    public PpoMinibatch Select(ReadOnlySpan<long> rows, Tensor indices) =>
        Select(Observations?.index_select(0, indices) ?? rollout.ObservationRows(rows), indices);

    /// <summary>Some transitions of it.</summary>
    /// <param name="observations">Their observations, or what stands for them.</param>
    /// <param name="indices">int64 [B]; flat time-major indices.</param>
    public PpoMinibatch Select(Tensor observations, Tensor indices)
    {
        var columns = _numbers.index_select(0, indices).t().contiguous();
        return new(observations, _actions.index_select(0, indices), columns.select(0, 0), columns.select(0, 1), columns.select(0, 2), columns.select(0, 3));
    }

    /// <summary>float32 [T N, 4]; the numbers of a transition side by side, so that a minibatch, whose rows lie anywhere, is one read to a row.</summary>
    private static Tensor NumbersOf(RolloutBuffer rollout)
    {
        var tensor = empty([rollout.Count, 4]);
        var numbers = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        var (logProbabilities, values, advantages, returns) = (rollout.LogProbabilities, rollout.StateValues, rollout.Advantages, rollout.Returns);
        for (var i = 0; i < rollout.Count; i++)
        {
            numbers[4 * i] = logProbabilities[i];
            numbers[(4 * i) + 1] = values[i];
            numbers[(4 * i) + 2] = advantages[i];
            numbers[(4 * i) + 3] = returns[i];
        }

        return tensor;
    }
}
