using GymBridge.Agents.Buffers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Ppo;

/// <summary>PPO's epochs of minibatches over one rollout.</summary>
public sealed class PpoLearner
{
    private readonly PpoAgent _agent;
    private readonly PpoOptions _options;
    private readonly Parameter[] _parameters;

    /// <summary>A learner with a fresh optimizer (Adam, epsilon 1e-5).</summary>
    public PpoLearner(PpoAgent agent, PpoOptions options)
    {
        _agent = agent;
        _options = options;
        _parameters = [.. agent.Policy.Network.parameters(), .. agent.Critic.parameters()];
        Optimizer = optim.Adam(_parameters, options.LearningRate, eps: 1e-5);
    }

    /// <summary>Brings the indices of a rollout into the order of the next epoch.</summary>
    /// <param name="indices">Flat time-major indices, in ascending order.</param>
    public delegate void Shuffler(Span<long> indices);

    /// <summary>The optimizer of actor and critic; the trainer disposes it.</summary>
    public Adam Optimizer { get; }

    /// <summary>Learns from a rollout whose advantages are computed.</summary>
    /// <param name="buffer">The rollout.</param>
    /// <param name="learningRate">Step size of this update.</param>
    /// <param name="clipRange">Clip range of this update.</param>
    /// <param name="shuffle">Orders each epoch.</param>
    /// <returns>Means over the minibatches that were learned from.</returns>
    public PpoLosses Learn(RolloutBuffer buffer, double learningRate, double clipRange, Shuffler shuffle)
    {
        foreach (var group in Optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        using var scope = NewDisposeScope();
        var count = buffer.Steps * buffer.Lanes;
        var permutation = new long[count];
        var observations = tensor(buffer.Observations, [count, buffer.Features]);
        var actions = tensor(buffer.Actions, [count, 1]);
        var oldLogProbabilities = tensor(buffer.LogProbabilities);
        var oldValues = tensor(buffer.Values);
        var advantages = tensor(buffer.Advantages);
        var returns = tensor(buffer.Returns);
        var losses = default(PpoLosses);
        var minibatches = 0;
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            for (var i = 0; i < count; i++)
            {
                permutation[i] = i;
            }

            shuffle(permutation);
            for (var start = 0; start < count; start += _options.MinibatchSize)
            {
                using var inner = NewDisposeScope();
                var indices = tensor(permutation[start..Math.Min(start + _options.MinibatchSize, count)]);
                var minibatch = new PpoMinibatch(
                    observations.index_select(0, indices),
                    actions.index_select(0, indices),
                    oldLogProbabilities.index_select(0, indices),
                    oldValues.index_select(0, indices),
                    advantages.index_select(0, indices),
                    returns.index_select(0, indices));
                var (loss, parts) = PpoLoss.Compute(_agent, minibatch, _options, clipRange);
                if (_options.TargetKl is { } target && parts.ApproximateKl > 1.5 * target)
                {
                    return losses.Mean(minibatches);
                }

                Optimizer.zero_grad();
                loss.backward();
                var norm = nn.utils.clip_grad_norm_(_parameters, _options.MaxGradNorm);
                Optimizer.step();
                losses = losses.Plus(parts with { GradNorm = norm });
                minibatches++;
            }
        }

        return losses.Mean(minibatches);
    }
}
