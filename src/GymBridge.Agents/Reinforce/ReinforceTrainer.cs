using System.Runtime.InteropServices;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Reinforce;

/// <summary>REINFORCE with reward-to-go and a learned state-value baseline.</summary>
/// <remarks>Source: Williams 1992; Sutton and Barto 2018, section 13.4. The factor gamma^t of the policy gradient theorem is
/// dropped, as every common implementation does. Episodes are collected whole, so nothing is bootstrapped: a truncated
/// episode counts with the rewards it has.</remarks>
public sealed class ReinforceTrainer : Trainer
{
    private readonly ReinforceOptions _options;
    private readonly ReinforceAgent _agent;
    private readonly Adam _optimizer;
    private readonly Adam _baselineOptimizer;
    private readonly Rng _policyRng;
    private readonly VectorStep _step;
    private readonly Columns _actions;
    private readonly Tensor _stepFeatures;
    private readonly List<float> _observations = [];
    private readonly List<long> _chosen = [];
    private readonly List<float> _logProbabilities = [];
    private readonly List<double> _rewards = [];
    private readonly List<bool> _terminated = [];
    private readonly List<bool> _ends = [];
    private RolloutTrace _trace = new([]);
    private bool _hasReset;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment has more than one lane.</exception>
    /// <exception cref="NotSupportedException">The agent cannot read the observations or take the actions.</exception>
    public ReinforceTrainer(VectorEnv env, ReinforceOptions options, Seed seed, long totalTimesteps)
        : base(env, seed, totalTimesteps)
    {
        options.Validate();
        if (env.NumEnvs != 1)
        {
            throw new ArgumentException($"REINFORCE collects whole episodes from one lane, the environment has {env.NumEnvs}.", nameof(env));
        }

        _options = options;
        _agent = new ReinforceAgent(env.SingleObservationSpace, env.SingleActionSpace, options.HiddenSizes, seed);
        _optimizer = optim.Adam(_agent.Policy.Network.parameters(), options.LearningRate);
        _baselineOptimizer = optim.Adam(_agent.Baseline.parameters(), options.BaselineLearningRate);
        _policyRng = RandomStreams.Policy(seed);
        _step = env.CreateStep();
        _actions = env.CreateActions();
        _stepFeatures = zeros(1, _agent.Encoder.Features).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Agent Agent => _agent;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, OptimizerHelper Optimizer)> Optimizers =>
        [("policy", _optimizer), ("baseline", _baselineOptimizer)];

    /// <inheritdoc/>
    public override RolloutTrace LastRollout => _trace;

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        CollectEpisodes();
        var returns = new double[_rewards.Count];
        DiscountedReturns.RewardToGo(
            CollectionsMarshal.AsSpan(_rewards), CollectionsMarshal.AsSpan(_ends), _options.Gamma, returns);
        return Learn(returns);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stepFeatures.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CollectEpisodes()
    {
        if (!_hasReset)
        {
            Env.Reset(_step, Seed);
            _hasReset = true;
        }

        Clear();
        var features = new float[_agent.Encoder.Features];
        Span<long> chosen = stackalloc long[1];
        Span<float> logProbability = stackalloc float[1];
        var isEnd = false;
        while (!isEnd || _rewards.Count < _options.StepsPerUpdate)
        {
            _agent.Encoder.Encode(_step.Observations, features);
            MemoryMarshal.AsBytes(features.AsSpan()).CopyTo(_stepFeatures.bytes);
            _agent.Policy.Sample(_stepFeatures, _policyRng, chosen, logProbability);
            _agent.Policy.WriteActions(chosen, _actions);
            Env.Step(_actions, _step);
            isEnd = _step.Terminated[0] || _step.Truncated[0];
            _observations.AddRange(features);
            _chosen.Add(chosen[0]);
            _logProbabilities.Add(logProbability[0]);
            _rewards.Add(_step.Rewards[0]);
            _terminated.Add(_step.Terminated[0]);
            _ends.Add(isEnd);
            Episodes.Add(_step);
        }

        Timesteps += _rewards.Count;
        var steps = _rewards.Count;
        _trace = new RolloutTrace(
        [
            TraceField.Of("observation", _observations.ToArray(), steps, 1, features.Length),
            TraceField.Of("action", _chosen.ToArray(), steps, 1),
            TraceField.Of("log_probability", _logProbabilities.ToArray(), steps, 1),
            TraceField.Of("reward", _rewards.ToArray(), steps, 1),
            TraceField.Of("terminated", _terminated.ToArray(), steps, 1),
            TraceField.Of("ended", _ends.ToArray(), steps, 1),
        ]);
    }

    private void Clear()
    {
        _observations.Clear();
        _chosen.Clear();
        _logProbabilities.Clear();
        _rewards.Clear();
        _terminated.Clear();
        _ends.Clear();
    }

    private KeyValuePair<string, double>[] Learn(double[] returns)
    {
        using var scope = NewDisposeScope();
        var count = returns.Length;
        var observations = tensor(_observations.ToArray(), [count, _agent.Encoder.Features]);
        var actions = tensor(_chosen.ToArray(), [count, 1]);
        var targets = tensor(returns, ScalarType.Float32);
        var weights = Weights(observations, targets);

        var log = _agent.Policy.Network.call(observations).log_softmax(1);
        var entropy = -(log.exp() * log).sum(dim: 1).mean();
        var loss = -(log.gather(1, actions).squeeze(1) * weights).mean();
        var total = _options.EntropyCoefficient == 0 ? loss : loss - (entropy * _options.EntropyCoefficient);
        _optimizer.zero_grad();
        total.backward();
        _optimizer.step();

        var baselineLoss = FitBaseline(observations, targets);
        return
        [
            new("train/policy_loss", loss.item<float>()),
            new("train/value_loss", baselineLoss),
            new("train/entropy_loss", -entropy.item<float>()),
            new("train/learning_rate", _options.LearningRate),
        ];
    }

    private Tensor Weights(Tensor observations, Tensor targets)
    {
        using var noGrad = no_grad();
        var weights = _options.BaselineSteps == 0 ? targets : targets - _agent.Baseline.call(observations).squeeze(1);
        return _options.NormalizeReturns && weights.shape[0] > 1
            ? (weights - weights.mean()) / (weights.std() + 1e-8)
            : weights;
    }

    private double FitBaseline(Tensor observations, Tensor targets)
    {
        var loss = 0.0;
        for (var i = 0; i < _options.BaselineSteps; i++)
        {
            using var scope = NewDisposeScope();
            var error = nn.functional.mse_loss(_agent.Baseline.call(observations).squeeze(1), targets);
            _baselineOptimizer.zero_grad();
            error.backward();
            _baselineOptimizer.step();
            loss = error.item<float>();
        }

        return loss;
    }
}
