using GymBridge.Agents.Buffers;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Ppo;

/// <summary>Proximal policy optimization with a clipped surrogate.</summary>
/// <remarks>Source: Schulman et al. 2017, arXiv:1707.06347; details as in CleanRL's ppo.py and Stable-Baselines3's PPO.
/// Departure from CleanRL: a truncated step bootstraps from the value of its final observation.</remarks>
public sealed class PpoTrainer : Trainer
{
    private readonly PpoOptions _options;
    private readonly PpoAgent _agent;
    private readonly PpoLearner _learner;
    private readonly Rng _policyRng;
    private readonly Rng _minibatchRng;
    private readonly RolloutBuffer _buffer;
    private readonly VectorStep _step;
    private readonly Columns _actions;
    private readonly Columns _oneObservation;
    private readonly float[] _oneFeatures;
    private readonly float[] _lastValues;
    private readonly Tensor _stepFeatures;
    private readonly List<(int Step, int Lane, float Value)> _finalValues = [];
    private bool _hasReset;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment has another number of lanes.</exception>
    /// <exception cref="NotSupportedException">The agent cannot read the observations or take the actions.</exception>
    public PpoTrainer(VectorEnv env, PpoOptions options, Seed seed, long totalTimesteps)
        : base(env, seed, totalTimesteps)
    {
        options.Validate();
        if (env.NumEnvs != options.NumEnvs)
        {
            throw new ArgumentException($"The options ask for {options.NumEnvs} lanes, the environment has {env.NumEnvs}.", nameof(env));
        }

        _options = options;
        _agent = new PpoAgent(env.SingleObservationSpace, env.SingleActionSpace, options.HiddenSizes, seed);
        _learner = new PpoLearner(_agent, options);
        _policyRng = RandomStreams.Policy(seed);
        _minibatchRng = RandomStreams.Minibatches(seed);
        var features = _agent.Encoder.Features;
        _buffer = new RolloutBuffer(options.RolloutSteps, options.NumEnvs, features);
        _step = env.CreateStep();
        _actions = env.CreateActions();
        _oneObservation = new Columns(env.SingleObservationSpace, 1);
        _oneFeatures = new float[features];
        _lastValues = new float[options.NumEnvs];
        _stepFeatures = zeros(options.NumEnvs, features).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Agent Agent => _agent;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, OptimizerHelper Optimizer)> Optimizers => [("adam", _learner.Optimizer)];

    /// <inheritdoc/>
    public override RolloutTrace LastRollout => _buffer.Trace();

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        // Progress is counted before the rollout, as Stable-Baselines3 does after it: the first update has the full rate.
        var remaining = 1.0 - ((double)Timesteps / TotalTimesteps);
        var learningRate = _options.AnnealLearningRate ? _options.LearningRate * remaining : _options.LearningRate;
        var clipRange = _options.AnnealClipRange ? _options.ClipRange * remaining : _options.ClipRange;
        CollectRollout();
        var losses = _learner.Learn(_buffer, learningRate, clipRange, _minibatchRng.Shuffle);
        return
        [
            new("train/learning_rate", learningRate),
            new("train/clip_range", clipRange),
            new("train/policy_gradient_loss", losses.PolicyLoss),
            new("train/value_loss", losses.ValueLoss),
            new("train/entropy_loss", losses.EntropyLoss),
            new("train/loss", losses.Loss),
            new("train/approx_kl", losses.ApproximateKl),
            new("train/clip_fraction", losses.ClipFraction),
            new("train/grad_norm", losses.GradNorm),
            new("train/explained_variance", Statistics.ExplainedVariance(_buffer.Values, _buffer.Returns)),
        ];
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

    private void CollectRollout()
    {
        if (!_hasReset)
        {
            Env.Reset(_step, Seed);
            _hasReset = true;
        }

        _finalValues.Clear();
        for (var t = 0; t < _options.RolloutSteps; t++)
        {
            var features = _buffer.ObservationsAt(t);
            _agent.Encoder.Encode(_step.Observations, features);
            Load(features);
            Evaluate(_buffer.At(_buffer.Values, t));
            var chosen = _buffer.At(_buffer.Actions, t);
            _agent.Policy.Sample(_stepFeatures, _policyRng, chosen, _buffer.At(_buffer.LogProbabilities, t));
            _agent.Policy.WriteActions(chosen, _actions);
            Env.Step(_actions, _step);
            _buffer.StoreOutcome(t, _step);
            Episodes.Add(_step);
            StoreFinalValues(t);
        }

        Timesteps += (long)_options.RolloutSteps * _options.NumEnvs;
        var last = new float[_options.NumEnvs * _agent.Encoder.Features];
        _agent.Encoder.Encode(_step.Observations, last);
        Load(last);
        Evaluate(_lastValues);
        _buffer.ShiftValues(_lastValues);
        foreach (var (step, lane, value) in _finalValues)
        {
            _buffer.At(_buffer.NextValues, step)[lane] = value;
        }

        _buffer.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
    }

    private void Load(ReadOnlySpan<float> features) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(features).CopyTo(_stepFeatures.bytes);

    private void Evaluate(Span<float> values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _agent.Critic.call(_stepFeatures).data<float>().CopyTo(values);
    }

    private void StoreFinalValues(int step)
    {
        for (var lane = 0; lane < _options.NumEnvs; lane++)
        {
            if (!_step.Truncated[lane] || _step.Terminated[lane])
            {
                continue;
            }

            _agent.Encoder.EncodeLane(_step.FinalObservations, lane, _oneObservation, _oneFeatures);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var value = _agent.Critic.call(tensor(_oneFeatures, [1, _oneFeatures.Length]));
            _finalValues.Add((step, lane, value.item<float>()));
        }
    }
}
