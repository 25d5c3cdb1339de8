using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Offline;

/// <summary>Behaviour cloning: a policy that does what the set does, by the likelihood of its actions.</summary>
/// <remarks>Minimises -mean log pi(a|s). It learns what was done and not what it was good for: errors lead to states that the set does not
/// have, and add up there. Source: Pomerleau 1988; Ross, Gordon and Bagnell 2011, arXiv:1011.0686, on why errors add up.</remarks>
public static class BehaviorCloning
{
    private const string Name = "behavior_cloning";
    private const string Title = "Behaviour cloning";

    /// <summary>Learns a policy that does what the data did: the likelihood of its actions is maximised.</summary>
    /// <param name="data">The transitions; rewards and next observations are not looked at.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the weights and of the order.</param>
    /// <returns>The policy, and the mean negative log-likelihood of each epoch in nats.</returns>
    /// <exception cref="ArgumentException">The set is empty, or an option out of its range.</exception>
    public static OfflineReport Fit(OfflineDataset data, OfflineOptions? options = null, Seed seed = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new OfflineOptions();
        options.Validate(Title);
        var spec = new ActorCriticSpec(options.HiddenSizes, options.Activation) { ScalesBytes = true };
        var policy = new Policy(Name, Title, data.EnvId, data.ObservationSpace, data.ActionSpace, spec, null, seed, null);
        var network = (ActorCriticNetwork)policy.Module;
        using var scope = NewDisposeScope();
        using var optimizer = optim.Adam(network.PolicyParameters(), options.LearningRate);
        var observations = tensor(data.Observations, [data.Count, data.Encoder.Features]);
        var actions = tensor(data.Actions, [data.Count, 1]);
        var losses = new double[options.Epochs];
        foreach (var (epoch, indices) in Minibatches.Of(data, options, seed))
        {
            using var inner = NewDisposeScope();
            var rows = tensor(indices);
            var distribution = network.Distribution(network.Extract(observations.index_select(0, rows)));
            var loss = -distribution.LogProbability(actions.index_select(0, rows)).mean();
            losses[epoch] += loss.item<float>() * indices.Length / data.Count;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        return new OfflineReport(policy, losses);
    }
}
