using GymBridge.Agents.Observations;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>Actions in [-1, 1], stretched to the bounds of a Box where the environment takes them: those of a policy that ends in tanh.</summary>
/// <remarks>Source: stable_baselines3/common/policies.py, BasePolicy.unscale_action.</remarks>
public sealed class SquashedGaussianHead : ActionHead
{
    private readonly Box _space;
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>A head for a space.</summary>
    /// <param name="space">A Box with bounds on both sides of every number.</param>
    /// <param name="title">The algorithm's name in messages: <c>SAC</c>.</param>
    /// <exception cref="NotSupportedException">A number has no bound.</exception>
    public SquashedGaussianHead(Box space, string title)
        : base(space ?? throw new ArgumentNullException(nameof(space)), 2L * space.Leaves[0].Elements, space.Leaves[0].Elements, true)
    {
        _space = space;
        _low = GaussianHead.Bounds(space.Low);
        _high = GaussianHead.Bounds(space.High);
        for (var i = 0; i < Width; i++)
        {
            if (!double.IsFinite(_high[i] - _low[i]))
            {
                throw new NotSupportedException(
                    $"{title} squashes its actions into the bounds of their space, and element {i} of {space} has none. Wrap the environment with RescaleAction or ClipAction, or use ppo, which needs no bounds.");
            }
        }
    }

    /// <summary>Half the width of the space in each number: what an action in [-1, 1] is multiplied by.</summary>
    public IReadOnlyList<double> Scale => [.. _high.Zip(_low, (high, low) => 0.5 * (high - low))];

    /// <summary>The middle of the space in each number: what is added then.</summary>
    public IReadOnlyList<double> Middle => [.. _high.Zip(_low, (high, low) => 0.5 * (high + low))];

    /// <summary>Not to be had: entropy and divergence of a squashed distribution have no closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null) =>
        throw new NotSupportedException("A squashed Gaussian has no entropy in closed form; use SacNetwork.Sample and the log-probability that comes with it.");

    /// <inheritdoc/>
    public override void Write(ActionSpan actions, Columns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        for (var lane = 0; lane < columns.Lanes; lane++)
        {
            var target = columns[0].Lane(lane);
            for (var i = 0; i < Width; i++)
            {
                var value = _low[i] + (0.5 * (actions.Values[(lane * Width) + i] + 1.0) * (_high[i] - _low[i]));
                LaneNumbers.WriteReal(target, _space.DType, i, Math.Clamp(value, _low[i], _high[i]));
            }
        }
    }
}
