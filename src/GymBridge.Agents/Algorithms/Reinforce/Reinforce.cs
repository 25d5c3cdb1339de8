using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>REINFORCE: the policy gradient of whole episodes.</summary>
/// <remarks>Source: Williams 1992; Sutton and Barto 2018, sections 13.3 and 13.4. The factor gamma^t of the policy gradient theorem is
/// dropped, as every common implementation does. Episodes are collected whole, so nothing is bootstrapped: a truncated episode counts
/// with the rewards it has. See docs/algorithms/reinforce.md.</remarks>
public sealed class Reinforce : Algorithm, ITraceable
{
    private readonly ReinforceOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Adam _optimizer;
    private readonly Adam _baselineOptimizer;
    private readonly RolloutCollector _collector;
    private double _movingAverage;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">REINFORCE cannot read the observations or act in the action space.</exception>
    public Reinforce(VectorEnv env, ReinforceOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new ReinforceOptions(), seed, networks, null)
    {
    }

    private Reinforce(VectorEnv env, ReinforceOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(
            Descriptor,
            env,
            options,
            seed,
            new ActorCriticSpec(options.HiddenSizes, options.Activation) { StartsOrthogonal = options.StartsOrthogonal },
            networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _optimizer = optim.Adam(_network.PolicyParameters(), options.LearningRate.Start);
        _baselineOptimizer = optim.Adam(_network.ValueParameters(), options.BaselineLearningRate);
        _collector = new RolloutCollector(Driver, _network, Seed);
    }

    /// <summary>What is known of REINFORCE.</summary>
    public static new AlgorithmDescriptor<ReinforceOptions> Descriptor { get; } = new()
    {
        Name = "reinforce",
        Title = "REINFORCE",
        Summary = "The policy gradient of whole episodes, with reward-to-go and a baseline.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new Reinforce(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("policy", _optimizer), ("baseline", _baselineOptimizer)];

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Reinforce Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Reinforce>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(Progress);
        _optimizer.SetLearningRate(learningRate);

        _collector.CollectEpisodes(_options.StepsPerUpdate, _options.LongestEpisode);
        var rollout = _collector.Buffer;
        var returns = Returns(rollout);
        var (policyLoss, valueLoss, entropy) = Learn(rollout, returns);

        return
        [
            new("train/learning_rate", learningRate),
            new("train/policy_loss", policyLoss),
            new("train/value_loss", valueLoss),
            new("train/entropy_loss", -entropy),
        ];
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("policy", _optimizer);
        archive.Optimizer("baseline", _baselineOptimizer);
        _movingAverage = archive.Real("moving_average", _movingAverage);
        _collector.Exchange(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _optimizer.Dispose();
            _baselineOptimizer.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The weight of each transition, in the order of <see cref="RolloutBuffer.TransitionIndices"/>.</summary>
    private double[] Returns(RolloutBuffer rollout)
    {
        var (count, lanes) = (rollout.Count, rollout.Lanes);
        var ends = rollout.Ends();
        var returns = rollout.RewardToGo(_options.Gamma);
        if (_options.Weighting == ReturnWeighting.TotalReturn)
        {
            // The reward-to-go of an episode's first transition is its return: it holds until the next episode of the lane begins.
            for (var lane = 0; lane < lanes; lane++)
            {
                var isFirst = true;
                var total = 0.0;
                for (var i = lane; i < count; i += lanes)
                {
                    total = isFirst ? returns[i] : total;
                    returns[i] = total;
                    isFirst = ends[i] || (isFirst && !rollout.IsTransition[i]);
                }
            }
        }

        return [.. rollout.TransitionIndices().Select(i => returns[i])];
    }

    /// <summary>One step along the gradient of E[log pi(a|s) (G - b)], and steps of the baseline towards G.</summary>
    private (double PolicyLoss, double ValueLoss, double Entropy) Learn(RolloutBuffer rollout, double[] returns)
    {
        using var scope = NewDisposeScope();
        var indices = tensor(rollout.TransitionIndices());
        var observations = rollout.ObservationTensor().index_select(0, indices);
        var actions = rollout.ActionTensor().index_select(0, indices);
        var targets = tensor(returns, ScalarType.Float32);
        var weights = Weights(observations, targets, Statistics.Mean(returns));

        var distribution = _network.Distribution(_network.Extract(observations));
        var entropy = distribution.Entropy().mean();
        var loss = -(distribution.LogProbability(actions) * weights).mean();
        var total = _options.EntropyCoefficient == 0 ? loss : loss - (entropy * _options.EntropyCoefficient);
        total = _options.SumsOverSteps ? total * targets.shape[0] : total;
        NonFiniteException.ThrowIfNotFinite(total.item<float>(), "REINFORCE", Timesteps);
        _optimizer.zero_grad();
        UpdateClock.Backward(total);
        UpdateClock.Step(_optimizer);

        var valueLoss = _options.Baseline == ReturnBaseline.Learned ? FitBaseline(observations, targets) : double.NaN;
        return (loss.item<float>(), valueLoss, entropy.item<float>());
    }

    private Tensor Weights(Tensor observations, Tensor targets, double meanReturn)
    {
        using var noGrad = no_grad();
        var weights = _options.Baseline switch
        {
            ReturnBaseline.Learned => targets - _network.Values(_network.Extract(observations)),
            ReturnBaseline.MovingAverage => targets - _movingAverage,
            _ => targets,
        };
        _movingAverage += _options.BaselineRate * (meanReturn - _movingAverage);
        return _options.NormalizeReturns && weights.shape[0] > 1
            ? (weights - weights.mean()) / (weights.std() + 1e-8)
            : weights;
    }

    // The features are the policy's: the baseline learns from them without changing them.
    private double FitBaseline(Tensor observations, Tensor targets)
    {
        Tensor features;
        using (no_grad())
        {
            features = _network.Extract(observations);
        }

        var loss = 0.0;
        for (var i = 0; i < _options.BaselineSteps; i++)
        {
            using var scope = NewDisposeScope();
            var error = nn.functional.mse_loss(_network.Values(features), targets);
            _baselineOptimizer.zero_grad();
            UpdateClock.Backward(error);
            UpdateClock.Step(_baselineOptimizer);
            loss = error.item<float>();
        }

        return loss;
    }
}
