using System.Runtime.InteropServices;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Randomness;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>Logits of a Discrete space.</summary>
public sealed class CategoricalHead : ActionHead
{
    // What a masked logit is raised by: its probability is 0 in float32, and its gradient too.
    internal const float Forbidden = -1e9f;

    private readonly Discrete _space;

    /// <summary>A head for a space.</summary>
    public CategoricalHead(Discrete space)
        : base(space, space?.N ?? throw new ArgumentNullException(nameof(space)), 1, false) => _space = space;

    /// <inheritdoc/>
    public override ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null) =>
        new Categorical(outputs, mask);

    /// <inheritdoc/>
    public override void Write(ActionSpan actions, Columns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var column = columns[0];
        if (_space.DType == DType.Int64)
        {
            var target = column.AsSpan<long>();
            for (var lane = 0; lane < target.Length; lane++)
            {
                target[lane] = _space.Start + actions.Indices[lane];
            }

            return;
        }

        for (var lane = 0; lane < columns.Lanes; lane++)
        {
            LaneNumbers.WriteInteger(column.Lane(lane), _space.DType, 0, _space.Start + actions.Indices[lane]);
        }
    }

    /// <summary>A softmax over logits, kept as log-probabilities.</summary>
    private sealed class Categorical : ActionDistribution
    {
        private readonly Tensor _log;
        private readonly Tensor? _mask;

        public Categorical(Tensor logits, Tensor? mask)
        {
            _mask = mask;
            _log = (mask is null ? logits : logits.masked_fill(mask.logical_not(), Forbidden)).log_softmax(1);
        }

        public override Tensor LogProbability(Tensor actions) => _log.gather(1, actions).squeeze(1);

        public override Tensor Entropy()
        {
            // p log p is 0 where p is 0; as numbers it would be 0 times -1e9.
            var terms = _log.exp() * _log;
            return -(_mask is null ? terms : terms.masked_fill(_mask.logical_not(), 0)).sum(dim: 1);
        }

        public override Tensor KlDivergenceTo(ActionDistribution other) => (_log.exp() * (_log - ((Categorical)other)._log)).sum(dim: 1);

        public override void Sample(LaneStreams streams, ActionSpan actions, Span<float> logProbabilities)
        {
            var (rows, count) = ((int)_log.shape[0], (int)_log.shape[1]);
            using var scope = NewDisposeScope();
            var numbers = _log.cpu();
            var p = MemoryMarshal.Cast<byte, float>(numbers.exp().bytes);
            var log = MemoryMarshal.Cast<byte, float>(numbers.bytes);
            for (var row = 0; row < rows; row++)
            {
                var action = InverseCdf.Find(p.Slice(row * count, count), streams[row].Random());
                actions.Indices[row] = action;
                logProbabilities[row] = log[(row * count) + action];
            }
        }

        public override void Mode(ActionSpan actions)
        {
            using var scope = NewDisposeScope();
            var best = _log.argmax(1).cpu();
            MemoryMarshal.Cast<byte, long>(best.bytes).CopyTo(actions.Indices);
        }
    }
}
