using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Actor-critic with one trunk and Monte Carlo advantages: the returns of whole episodes less the value of the state.</summary>
/// <remarks>Source: Sutton and Barto 2018, section 13.4, with the baseline's loss in the same gradient step. Policy and value share all
/// layers but the last. Nothing is bootstrapped: a truncated episode counts with the rewards it has. See docs/algorithms/actor_critic.md.</remarks>
public sealed class ActorCritic : Algorithm, ITraceable
{
    private readonly ActorCriticOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Adam _optimizer;
    private readonly RolloutCollector _collector;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">The algorithm cannot read the observations or act in the action space.</exception>
    public ActorCritic(VectorEnv env, ActorCriticOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new ActorCriticOptions(), seed, networks, null)
    {
    }

    private ActorCritic(VectorEnv env, ActorCriticOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(
            Descriptor,
            env,
            options,
            seed,
            new ActorCriticSpec(options.HiddenSizes, options.Activation, SharesTrunk: true) { StartsOrthogonal = options.StartsOrthogonal },
            networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _optimizer = optim.Adam(_network.parameters(), options.LearningRate.Start);
        _collector = new RolloutCollector(Driver, _network, Seed);
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<ActorCriticOptions> Descriptor { get; } = new()
    {
        Name = "actor_critic",
        Title = "Actor-critic",
        Summary = "Policy and value on one trunk, learned from the returns of whole episodes.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new ActorCritic(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("adam", _optimizer)];

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new ActorCritic Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<ActorCritic>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(Progress);
        _optimizer.SetLearningRate(learningRate);

        _collector.CollectEpisodes(_options.StepsPerUpdate, _options.LongestEpisode);
        var rollout = _collector.Buffer;
        var returns = rollout.RewardToGo(_options.Gamma);

        using var scope = NewDisposeScope();
        var transitions = rollout.TransitionIndices();
        var indices = tensor(transitions);
        var targets = tensor(transitions.Select(i => returns[i]).ToArray(), ScalarType.Float32);
        var actions = rollout.ActionTensor().index_select(0, indices);
        var extracted = _network.Extract(rollout.ObservationTensor().index_select(0, indices));
        var distribution = _network.Distribution(extracted);
        var values = _network.Values(extracted);

        // The advantage is a weight: the policy's gradient must not reach the value through it.
        var policyLoss = -(distribution.LogProbability(actions) * (targets - values).detach()).mean();
        var valueLoss = nn.functional.mse_loss(values, targets);
        var entropy = distribution.Entropy().mean();
        var loss = policyLoss + (valueLoss * _options.ValueCoefficient) - (entropy * _options.EntropyCoefficient);
        NonFiniteException.ThrowIfNotFinite(loss.item<float>(), Descriptor.Title, Timesteps);
        _optimizer.zero_grad();
        UpdateClock.Backward(loss);
        UpdateClock.Step(_optimizer);

        return
        [
            new("train/learning_rate", learningRate),
            new("train/policy_loss", policyLoss.item<float>()),
            new("train/value_loss", valueLoss.item<float>()),
            new("train/entropy_loss", -entropy.item<float>()),
            new("train/loss", loss.item<float>()),
        ];
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("adam", _optimizer);
        _collector.Exchange(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
