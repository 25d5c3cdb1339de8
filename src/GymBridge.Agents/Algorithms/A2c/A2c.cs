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

/// <summary>Advantage actor-critic: one gradient step on each short rollout of all lanes.</summary>
/// <remarks>Source: Mnih et al. 2016, arXiv:1602.01783, the synchronous form; details as in Stable-Baselines3's A2C. See
/// docs/algorithms/a2c.md.</remarks>
public sealed class A2c : Algorithm, ITraceable
{
    private readonly A2cOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly RolloutCollector _collector;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">A2C cannot read the observations or act in the action space.</exception>
    public A2c(VectorEnv env, A2cOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new A2cOptions(), seed, networks, null)
    {
    }

    private A2c(VectorEnv env, A2cOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new ActorCriticSpec(options.HiddenSizes, options.Activation, InitialLogDeviation: options.InitialLogDeviation), networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _parameters = [.. _network.parameters()];
        var rate = options.LearningRate.Start;
        _optimizer = options.Optimizer switch
        {
            A2cOptimizer.Adam => optim.Adam(_parameters, rate, eps: options.Epsilon),
            A2cOptimizer.RmsProp => optim.RMSProp(_parameters, rate, options.RmsPropAlpha, options.Epsilon),
            _ => new RmsPropTfLike(_parameters, rate, options.RmsPropAlpha, options.Epsilon),
        };
        _collector = new RolloutCollector(Driver, _network, Seed);
        _collector.Buffer.Reserve(options.RolloutSteps);
    }

    /// <summary>What is known of A2C.</summary>
    public static new AlgorithmDescriptor<A2cOptions> Descriptor { get; } = new()
    {
        Name = "a2c",
        Title = "A2C",
        Summary = "Advantage actor-critic: one gradient step on each short rollout of all lanes.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new A2c(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("optimizer", _optimizer)];

    /// <summary>As <see cref="Algorithm.Load{T}"/>.</summary>
    public static new A2c Load(string path, VectorEnv env, CustomNetworks? custom = null, Action<string>? warn = null) =>
        Load<A2c>(path, env, custom, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(Progress);

        _collector.Collect(_options.RolloutSteps);
        var rollout = _collector.Buffer;
        rollout.EvaluateStates(_network);
        rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        var losses = Learn(rollout, learningRate);

        return
        [
            new("train/learning_rate", learningRate),
            new("train/policy_loss", losses.Policy),
            new("train/value_loss", losses.Value),
            new("train/entropy_loss", losses.Entropy),
            new("train/grad_norm", losses.GradNorm),
            new("train/explained_variance", Statistics.ExplainedVariance(
                rollout.StateValues.AsSpan(0, rollout.Count), rollout.Returns.AsSpan(0, rollout.Count))),
        ];
    }

    /// <summary>One step along the gradient of -mean(log pi(a|s) A) + c_v mean((V - R)^2) - c_H H over the whole rollout.</summary>
    internal (double Policy, double Value, double Entropy, double GradNorm) Learn(RolloutBuffer rollout, double learningRate)
    {
        using var scope = NewDisposeScope();
        var indices = tensor(rollout.TransitionIndices());
        if (indices.shape[0] == 0)
        {
            // NextStep: every lane has only reset.
            return (double.NaN, double.NaN, double.NaN, double.NaN);
        }

        var actions = rollout.ActionTensor().index_select(0, indices);
        var advantages = rollout.TensorOf(rollout.Advantages).index_select(0, indices);
        var returns = rollout.TensorOf(rollout.Returns).index_select(0, indices);
        if (_options.NormalizeAdvantage && advantages.shape[0] > 1)
        {
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        }

        var extracted = _network.Extract(rollout.ObservationTensor().index_select(0, indices));
        var distribution = _network.Distribution(extracted);
        var policyLoss = -(distribution.LogProbability(actions) * advantages).mean();
        var valueLoss = nn.functional.mse_loss(_network.Values(extracted), returns);
        var entropy = distribution.Entropy().mean();
        var loss = policyLoss + (valueLoss * _options.ValueCoefficient);
        if (_options.EntropyCoefficient != 0)
        {
            loss -= entropy * _options.EntropyCoefficient;
        }

        NonFiniteException.ThrowIfNotFinite(loss.item<float>(), "A2C", Timesteps);
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        _optimizer.zero_grad();
        loss.backward();
        var norm = nn.utils.clip_grad_norm_(_parameters, _options.MaxGradNorm);
        NonFiniteException.ThrowIfNotFinite(norm, "A2C", Timesteps);
        _optimizer.step();
        return (policyLoss.item<float>(), valueLoss.item<float>(), -entropy.item<float>(), norm);
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("optimizer", _optimizer);
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
