using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Offline;

/// <summary>Conservative Q-learning for Discrete actions: Q-learning on a set, with a penalty on values of actions that the set does not have.</summary>
/// <remarks>Minimises mean (Q(s, a) - y)^2 + alpha mean(log sum_b exp Q(s, b) - Q(s, a)), y = r + gamma (1 - terminated) max Q_target(s', b).
/// Without the penalty the maximum picks whatever the network happens to think of actions that nobody tried, and nothing ever corrects
/// it. Source: Kumar et al. 2020, arXiv:2006.04779, equation 4 with the uniform prior (CQL(H)).</remarks>
public static class ConservativeQ
{
    private const string Name = "conservative_q";
    private const string Title = "Conservative Q-learning";

    /// <summary>Learns action values; the policy takes the best action.</summary>
    /// <param name="data">The transitions.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the weights and of the order.</param>
    /// <returns>The policy, and the mean loss of each epoch.</returns>
    /// <exception cref="ArgumentException">The set is empty, or an option out of its range.</exception>
    /// <exception cref="NonFiniteException">The values became NaN or infinite.</exception>
    public static OfflineReport Fit(OfflineDataset data, ConservativeQOptions? options = null, Seed seed = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new ConservativeQOptions();
        options.Validate(Title);
        var spec = new QNetworkSpec(options.HiddenSizes, options.Activation, IsDueling: false, Epsilon: 0) { ScalesBytes = true };
        var policy = new Policy(Name, Title, data.EnvId, data.ObservationSpace, data.ActionSpace, spec, null, seed, null);
        var network = (QNetwork)policy.Module;
        using var target = new TargetWeights(network);
        using var scope = NewDisposeScope();
        using var optimizer = optim.Adam(network.parameters(), options.LearningRate);
        var observations = tensor(data.Observations, [data.Count, data.Encoder.Features]);
        var nextObservations = tensor(data.NextObservations, [data.Count, data.Encoder.Features]);
        var actions = tensor(data.Actions, [data.Count, 1]);
        var rewards = tensor(data.Rewards);
        var discounts = tensor(Array.ConvertAll(data.Terminated, ended => ended ? 0f : (float)options.Gamma));
        var losses = new double[options.Epochs];
        var steps = 0;
        foreach (var (epoch, indices) in Minibatches.Of(data, options, seed))
        {
            using var inner = NewDisposeScope();
            var rows = tensor(indices);
            var targets = Targets(network, target, nextObservations.index_select(0, rows), rewards.index_select(0, rows), discounts.index_select(0, rows));
            var loss = Loss(network.Values(observations.index_select(0, rows)), actions.index_select(0, rows), targets, options.Conservatism);
            var value = loss.item<float>();
            NonFiniteException.ThrowIfNotFinite(value, Title, steps);
            losses[epoch] += (double)value * indices.Length / data.Count;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            if (++steps % options.TargetUpdateInterval == 0)
            {
                target.Update(1);
            }
        }

        return new OfflineReport(policy, losses);
    }

    /// <summary>mean (Q(s, a) - y)^2 + alpha mean(log sum_b exp Q(s, b) - Q(s, a)).</summary>
    /// <param name="values">float [B, K]; Q(s, .).</param>
    /// <param name="actions">int64 [B, 1]; a.</param>
    /// <param name="targets">float [B]; y, without gradient.</param>
    /// <param name="conservatism">alpha.</param>
    internal static Tensor Loss(Tensor values, Tensor actions, Tensor targets, double conservatism)
    {
        var taken = values.gather(1, actions).squeeze(1);
        var penalty = (values.logsumexp(1) - taken).mean();
        return nn.functional.mse_loss(taken, targets) + (penalty * conservatism);
    }

    private static Tensor Targets(QNetwork network, TargetWeights target, Tensor nextObservations, Tensor rewards, Tensor discounts)
    {
        using var noGrad = no_grad();
        using (target.InPlace())
        {
            return rewards + (discounts * network.Values(nextObservations).max(1).values);
        }
    }
}
