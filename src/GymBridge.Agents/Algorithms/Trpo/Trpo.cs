using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Trust region policy optimization; without line search the natural policy gradient.</summary>
/// <remarks>Source: Schulman et al. 2015, arXiv:1502.05477; Kakade 2001; details as in sb3-contrib's TRPO. The value network learns
/// apart, from the policy's features, which it does not change. See docs/algorithms/trpo.md.</remarks>
public sealed class Trpo : Algorithm, ITraceable
{
    private readonly TrpoOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Parameter[] _policyParameters;
    private readonly Adam _valueOptimizer;
    private readonly Rng _minibatches;
    private readonly RolloutCollector _collector;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">TRPO cannot read the observations or act in the action space.</exception>
    public Trpo(VectorEnv env, TrpoOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new TrpoOptions(), seed, networks, null)
    {
    }

    private Trpo(VectorEnv env, TrpoOptions options, Seed? seed, CustomNetworks? networks, object? _)
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
        _policyParameters = [.. _network.PolicyParameters()];
        _valueOptimizer = optim.Adam(_network.ValueParameters(), options.LearningRate.Start);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
        _collector = new RolloutCollector(Driver, _network, Seed);
        _collector.Buffer.Reserve(options.RolloutSteps);
    }

    /// <summary>What is known of TRPO.</summary>
    public static new AlgorithmDescriptor<TrpoOptions> Descriptor { get; } = new()
    {
        Name = "trpo",
        Title = "TRPO",
        Summary = "Trust region policy optimization: natural gradient steps within a bound on the KL divergence.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new Trpo(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("value", _valueOptimizer)];

    /// <inheritdoc/>
    public override long TimestepsAtOnce => (long)_options.RolloutSteps * Env.NumEnvs;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Trpo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Trpo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(Progress);
        _valueOptimizer.SetLearningRate(learningRate);

        _collector.Collect(_options.RolloutSteps);
        var rollout = _collector.Buffer;
        rollout.EvaluateStates(_network);
        rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        var step = ImprovePolicy(rollout);
        var valueLoss = FitValues(rollout);

        return
        [
            new("train/learning_rate", learningRate),
            new("train/policy_objective", step.Objective),
            new("train/kl_divergence_loss", step.Kl),
            new("train/is_line_search_success", step.IsAccepted ? 1 : 0),
            new("train/value_loss", valueLoss),
            new("train/explained_variance", rollout.ExplainedVariance()),
        ];
    }

    /// <summary>One step x = sqrt(2 delta / (s' F s)) s along s = F^-1 g, where g is the gradient of the surrogate mean(ratio A) and F that
    /// of the mean KL divergence, taken twice; then the line search.</summary>
    internal (double Objective, double Kl, bool IsAccepted) ImprovePolicy(RolloutBuffer rollout)
    {
        using var scope = NewDisposeScope();
        var indices = tensor(rollout.TransitionIndices());
        var observations = rollout.ObservationTensor().index_select(0, indices);
        var actions = rollout.ActionTensor().index_select(0, indices);
        var oldLogProbabilities = rollout.TensorOf(rollout.LogProbabilities).index_select(0, indices);
        var advantages = rollout.TensorOf(rollout.Advantages).index_select(0, indices);
        if (_options.NormalizeAdvantage && advantages.shape[0] > 1)
        {
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        }

        var outputs = _network.Policy.call(_network.Extract(observations));
        var now = _network.Head.Distribution(outputs, _network.LogDeviation);
        var old = _network.Head.Distribution(outputs.detach(), _network.LogDeviation?.detach());
        var objective = ((now.LogProbability(actions) - oldLogProbabilities).exp() * advantages).mean();
        var gradient = Flatten(autograd.grad([objective], _policyParameters, retain_graph: true));
        var divergence = old.KlDivergenceTo(now).mean();
        var divergenceGradient = autograd.grad([divergence], _policyParameters, retain_graph: true, create_graph: true);
        NonFiniteException.ThrowIfNotFinite(objective.item<float>() + ConjugateGradient.Dot(gradient, gradient), "TRPO", Timesteps);

        double[] Fisher(double[] vector)
        {
            using var inner = NewDisposeScope();
            var product = Unflatten(vector).Zip(divergenceGradient, (v, g) => (v * g).sum()).Aggregate((sum, term) => sum + term);
            var result = Flatten(autograd.grad([product], _policyParameters, retain_graph: true));
            for (var i = 0; i < result.Length; i++)
            {
                result[i] += _options.Damping * vector[i];
            }

            return result;
        }

        var before = objective.item<float>();
        var direction = ConjugateGradient.Solve(Fisher, gradient, _options.ConjugateGradientSteps);
        var curvature = ConjugateGradient.Dot(direction, Fisher(direction));
        if (!(curvature > 0))
        {
            // The gradient is zero: nothing to improve.
            return (before, 0, false);
        }

        var length = Math.Sqrt(2 * _options.TargetKl / curvature);
        using var noGrad = no_grad();
        double[] start = Flatten(_policyParameters);
        for (var attempt = 0; attempt < (_options.LineSearch ? _options.LineSearchSteps : 1); attempt++)
        {
            SetParameters(start, direction, length);
            var (after, kl) = Measure(observations, actions, oldLogProbabilities, advantages, old);
            if (!_options.LineSearch || (kl <= _options.TargetKl && after > before))
            {
                return (after, kl, true);
            }

            length *= _options.LineSearchShrinkage;
        }

        SetParameters(start, direction, 0);
        return (before, 0, false);
    }

    /// <summary>Minibatch epochs of the mean squared error of the values.</summary>
    private double FitValues(RolloutBuffer rollout)
    {
        using var scope = NewDisposeScope();
        Tensor features;
        using (no_grad())
        {
            features = _network.Extract(rollout.ObservationTensor());
        }

        var returns = rollout.TensorOf(rollout.Returns);
        var transitions = rollout.TransitionIndices();
        var order = new long[transitions.Length];
        var (sum, count) = (0.0, 0);
        for (var epoch = 0; epoch < _options.ValueEpochs; epoch++)
        {
            transitions.CopyTo(order, 0);
            _minibatches.Shuffle(order.AsSpan());
            for (var start = 0; start < order.Length; start += _options.MinibatchSize)
            {
                using var inner = NewDisposeScope();
                var indices = tensor(order[start..Math.Min(start + _options.MinibatchSize, order.Length)]);
                var loss = nn.functional.mse_loss(_network.Values(features.index_select(0, indices)), returns.index_select(0, indices));
                NonFiniteException.ThrowIfNotFinite(loss.item<float>(), "TRPO", Timesteps);
                _valueOptimizer.zero_grad();
                UpdateClock.Backward(loss);
                UpdateClock.Step(_valueOptimizer);
                sum += loss.item<float>();
                count++;
            }
        }

        return sum / count;
    }

    private (double Objective, double Kl) Measure(
        Tensor observations, Tensor actions, Tensor oldLogProbabilities, Tensor advantages, ActionDistribution old)
    {
        using var scope = NewDisposeScope();
        var now = _network.Distribution(_network.Extract(observations));
        var objective = ((now.LogProbability(actions) - oldLogProbabilities).exp() * advantages).mean();
        return (objective.item<float>(), old.KlDivergenceTo(now).mean().item<float>());
    }

    private static double[] Flatten(IEnumerable<Tensor> tensors)
    {
        var numbers = new List<double>();
        foreach (var item in tensors)
        {
            using var scope = NewDisposeScope();
            foreach (var value in MemoryMarshal.Cast<byte, float>(item.detach().cpu().contiguous().bytes))
            {
                numbers.Add(value);
            }
        }

        return [.. numbers];
    }

    private IEnumerable<Tensor> Unflatten(double[] vector)
    {
        var offset = 0;
        foreach (var parameter in _policyParameters)
        {
            var count = (int)parameter.numel();
            yield return tensor(vector.AsSpan(offset, count).ToArray(), ScalarType.Float32).view(parameter.shape);
            offset += count;
        }
    }

    private void SetParameters(double[] start, double[] direction, double length)
    {
        using var scope = NewDisposeScope();
        var moved = new double[start.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = start[i] + (length * direction[i]);
        }

        foreach (var (parameter, value) in _policyParameters.Zip(Unflatten(moved)))
        {
            parameter.copy_(value);
        }
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("value", _valueOptimizer);
        archive.Stream("minibatches", _minibatches);
        _collector.Exchange(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _valueOptimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
