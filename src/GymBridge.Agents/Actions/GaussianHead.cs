using System.Runtime.InteropServices;
using GymBridge.Agents.Distributions;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Randomness;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>The mean of a diagonal Gaussian over a Box; its standard deviation does not depend on the state.</summary>
/// <remarks>Actions are kept as sampled and clipped only where the environment takes them, so that the log-probability is that of what
/// was drawn. Source: CleanRL ppo_continuous_action.py; stable_baselines3/common/distributions.py, DiagGaussianDistribution.</remarks>
public sealed class GaussianHead : ActionHead
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    private readonly Box _space;
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>A head for a space.</summary>
    public GaussianHead(Box space)
        : base(space ?? throw new ArgumentNullException(nameof(space)), space.Leaves[0].Elements, space.Leaves[0].Elements, true)
    {
        _space = space;
        _low = Bounds(space.Low);
        _high = Bounds(space.High);
    }

    /// <inheritdoc/>
    public override ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null) =>
        mask is null
            ? new Gaussian(outputs, logStandardDeviation ?? throw new ArgumentNullException(nameof(logStandardDeviation)))
            : throw new NotSupportedException("A Box action space takes no mask.");

    /// <inheritdoc/>
    public override void Write(ActionSpan actions, Columns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        for (var lane = 0; lane < columns.Lanes; lane++)
        {
            var target = columns[0].Lane(lane);
            for (var i = 0; i < Width; i++)
            {
                LaneNumbers.WriteReal(target, _space.DType, i, Math.Clamp(actions.Values[(lane * Width) + i], _low[i], _high[i]));
            }
        }
    }

    internal static double[] Bounds(NDArray bounds)
    {
        var values = new float[bounds.Length];
        if (bounds.DType == DType.Float64)
        {
            return MemoryMarshal.Cast<byte, double>(bounds.Bytes).ToArray();
        }

        LaneNumbers.Read(bounds.Bytes, bounds.DType, values);
        return [.. values.Select(value => (double)value)];
    }

    private sealed class Gaussian(Tensor mean, Tensor logDeviation) : ActionDistribution
    {
        private Tensor Mean => mean;

        private Tensor LogDeviation => logDeviation;

        public override Tensor LogProbability(Tensor actions)
        {
            var z = (actions - mean) / logDeviation.exp();
            return ((z.square() * -0.5) - logDeviation - HalfLogTwoPi).sum(dim: 1);
        }

        public override Tensor Entropy() => (logDeviation + (0.5 + HalfLogTwoPi)).sum().expand(mean.shape[0]);

        public override Tensor KlDivergenceTo(ActionDistribution other)
        {
            var theirs = (Gaussian)other;
            return KlDivergence.Independent(
                KlDivergence.Normal(mean, logDeviation.exp().expand_as(mean), theirs.Mean, theirs.LogDeviation.exp().expand_as(mean)), 1);
        }

        public override void Sample(LaneStreams streams, ActionSpan actions, Span<float> logProbabilities)
        {
            using var scope = NewDisposeScope();
            var (rows, width) = ((int)mean.shape[0], (int)mean.shape[1]);
            var noise = new float[rows * width];
            for (var i = 0; i < noise.Length; i++)
            {
                noise[i] = (float)streams[i / width].StandardNormal();
            }

            var drawn = mean + (tensor(noise, [rows, width]) * logDeviation.exp());
            MemoryMarshal.Cast<byte, float>(drawn.cpu().bytes).CopyTo(actions.Values);
            var log = LogProbability(drawn);
            MemoryMarshal.Cast<byte, float>(log.cpu().bytes).CopyTo(logProbabilities);
        }

        public override void Mode(ActionSpan actions)
        {
            using var scope = NewDisposeScope();
            MemoryMarshal.Cast<byte, float>(mean.cpu().contiguous().bytes).CopyTo(actions.Values);
        }
    }
}
