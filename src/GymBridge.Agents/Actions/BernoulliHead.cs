using System.Runtime.InteropServices;
using GymBridge.Agents.Randomness;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>A logit for each bit of a MultiBinary space; the bits are independent.</summary>
public sealed class BernoulliHead : ActionHead
{
    /// <summary>A head for a space.</summary>
    public BernoulliHead(MultiBinary space)
        : base(space ?? throw new ArgumentNullException(nameof(space)), space.Leaves[0].Elements, space.Leaves[0].Elements, false)
    {
    }

    /// <inheritdoc/>
    public override ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null) =>
        mask is null ? new Bits(outputs) : throw new NotSupportedException("A MultiBinary action space takes no mask.");

    /// <inheritdoc/>
    public override void Write(ActionSpan actions, Columns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var bytes = columns[0].Bytes;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)actions.Indices[i];
        }
    }

    // log p(1) = -softplus(-x) and log p(0) = -softplus(x) = log p(1) - x: exact for every logit x.
    private sealed class Bits(Tensor logits) : ActionDistribution
    {
        private Tensor Logits => logits;

        private Tensor LogOne => -nn.functional.softplus(-logits);

        public override Tensor LogProbability(Tensor actions) =>
            (LogOne - (logits * (1 - actions.to_type(ScalarType.Float32)))).sum(dim: 1);

        public override Tensor Entropy()
        {
            var one = LogOne;
            return -(one - (logits * (1 - one.exp()))).sum(dim: 1);
        }

        public override Tensor KlDivergenceTo(ActionDistribution other)
        {
            var (mine, theirs) = (LogOne, ((Bits)other).LogOne);
            var zero = mine - logits - (theirs - ((Bits)other).Logits);
            var p = mine.exp();
            return ((p * (mine - theirs)) + ((1 - p) * zero)).sum(dim: 1);
        }

        public override void Sample(LaneStreams streams, ActionSpan actions, Span<float> logProbabilities)
        {
            using var scope = NewDisposeScope();
            var probabilities = LogOne.exp().cpu();
            var p = MemoryMarshal.Cast<byte, float>(probabilities.bytes);
            var width = p.Length / logProbabilities.Length;
            for (var i = 0; i < p.Length; i++)
            {
                actions.Indices[i] = streams[i / width].Random() < p[i] ? 1 : 0;
            }

            var log = LogProbability(tensor(actions.Indices.ToArray(), [logProbabilities.Length, width]));
            MemoryMarshal.Cast<byte, float>(log.cpu().bytes).CopyTo(logProbabilities);
        }

        public override void Mode(ActionSpan actions)
        {
            using var numbers = logits.cpu();
            var x = MemoryMarshal.Cast<byte, float>(numbers.bytes);
            for (var i = 0; i < x.Length; i++)
            {
                actions.Indices[i] = x[i] > 0 ? 1 : 0;
            }
        }
    }
}
