using GymBridge.Agents.Observations;
using GymBridge.Agents.Randomness;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>Logits of each part of a MultiDiscrete space, one part after the other; the parts are independent.</summary>
public sealed class MultiCategoricalHead : ActionHead
{
    private readonly MultiDiscrete _space;
    private readonly CategoricalHead[] _parts;

    /// <summary>A head for a space.</summary>
    public MultiCategoricalHead(MultiDiscrete space)
        : base(space ?? throw new ArgumentNullException(nameof(space)), Sum(space.NVec), space.NVec.Length, false)
    {
        _space = space;
        _parts = [.. space.NVec.ToArray().Select(count => new CategoricalHead(new Discrete(count)))];
    }

    /// <inheritdoc/>
    public override ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var parts = new ActionDistribution[_parts.Length];
        var offset = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = _parts[i].Distribution(outputs.narrow(1, offset, _parts[i].Outputs), null, mask?.narrow(1, offset, _parts[i].Outputs));
            offset += _parts[i].Outputs;
        }

        return new Product(parts);
    }

    /// <inheritdoc/>
    public override void Write(ActionSpan actions, Columns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        for (var lane = 0; lane < columns.Lanes; lane++)
        {
            for (var i = 0; i < Width; i++)
            {
                LaneNumbers.WriteInteger(columns[0].Lane(lane), _space.DType, i, _space.Start[i] + actions.Indices[(lane * Width) + i]);
            }
        }
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum = Math.Min(sum + count, long.MaxValue / 2);
        }

        return sum;
    }

    private sealed class Product(ActionDistribution[] parts) : ActionDistribution
    {
        public override Tensor LogProbability(Tensor actions) =>
            Total(parts.Select((part, i) => part.LogProbability(actions.narrow(1, i, 1))));

        public override Tensor Entropy() => Total(parts.Select(part => part.Entropy()));

        public override Tensor KlDivergenceTo(ActionDistribution other) =>
            Total(parts.Zip(((Product)other).Parts, (mine, theirs) => mine.KlDivergenceTo(theirs)));

        public override void Sample(LaneStreams streams, ActionSpan actions, Span<float> logProbabilities)
        {
            var rows = logProbabilities.Length;
            var column = new long[rows];
            var log = new float[rows];
            logProbabilities.Clear();
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i].Sample(streams, new ActionSpan(column, default), log);
                for (var row = 0; row < rows; row++)
                {
                    actions.Indices[(row * parts.Length) + i] = column[row];
                    logProbabilities[row] += log[row];
                }
            }
        }

        public override void Mode(ActionSpan actions)
        {
            var rows = actions.Indices.Length / parts.Length;
            var column = new long[rows];
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i].Mode(new ActionSpan(column, default));
                for (var row = 0; row < rows; row++)
                {
                    actions.Indices[(row * parts.Length) + i] = column[row];
                }
            }
        }

        private ActionDistribution[] Parts => parts;

        private static Tensor Total(IEnumerable<Tensor> terms) => terms.Aggregate((sum, term) => sum + term);
    }
}
