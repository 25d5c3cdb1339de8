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

/// <summary>One-step actor-critic: after every step, the TD error moves the value and weights the policy's gradient.</summary>
/// <remarks>Source: Sutton and Barto 2018, section 13.5, "One-step Actor-Critic (episodic)". Plain gradient steps, no momentum. With
/// several lanes a step takes the sum over them. See docs/algorithms/one_step_actor_critic.md.</remarks>
public sealed class OneStepActorCritic : Algorithm, ITraceable
{
    private readonly OneStepActorCriticOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly SGD _policyOptimizer;
    private readonly SGD _valueOptimizer;
    private readonly RolloutCollector _collector;
    private readonly double[] _discounts;
    private readonly ReportProgress _progress = new();

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">The algorithm cannot read the observations or act in the action space.</exception>
    public OneStepActorCritic(VectorEnv env, OneStepActorCriticOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new OneStepActorCriticOptions(), seed, networks, null)
    {
    }

    private OneStepActorCritic(VectorEnv env, OneStepActorCriticOptions options, Seed? seed, CustomNetworks? networks, object? _)
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
        _policyOptimizer = optim.SGD(_network.PolicyParameters(), options.LearningRate.Start);
        _valueOptimizer = optim.SGD(_network.ValueParameters(), options.ValueLearningRate.Start);
        _collector = new RolloutCollector(Driver, _network, Seed);
        _discounts = new double[env.NumEnvs];
        Array.Fill(_discounts, 1);
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<OneStepActorCriticOptions> Descriptor { get; } = new()
    {
        Name = "one_step_actor_critic",
        Title = "One-step actor-critic",
        Summary = "After every step the TD error moves the value and weights the policy's gradient.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new OneStepActorCritic(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("policy", _policyOptimizer), ("value", _valueOptimizer)];

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new OneStepActorCritic Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<OneStepActorCritic>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (policyRate, valueRate) = (_options.LearningRate.At(Progress), _options.ValueLearningRate.At(Progress));
        _policyOptimizer.SetLearningRate(policyRate);
        _valueOptimizer.SetLearningRate(valueRate);
        while (_progress.Steps < _options.StepsPerReport)
        {
            _collector.Collect(1);
            var deltas = Learn(_collector.Buffer);
            _progress.Add(deltas.Sum(delta => delta * delta), deltas.Count);
            _progress.AddStep();
        }

        return
        [
            new("train/learning_rate", policyRate),
            new("train/value_learning_rate", valueRate),
            new("train/value_loss", _progress.End()),
        ];
    }

    /// <summary>One step from one transition of each lane.</summary>
    /// <returns>The TD errors: delta = r + gamma (1 - terminated) V(s') - V(s).</returns>
    internal IReadOnlyList<double> Learn(RolloutBuffer rollout)
    {
        using var scope = NewDisposeScope();
        var transitions = rollout.TransitionIndices();
        rollout.EvaluateStates(_network);
        var deltas = new double[transitions.Length];
        var weights = new float[transitions.Length];
        for (var i = 0; i < transitions.Length; i++)
        {
            var lane = transitions[i];
            var future = rollout.Terminated[lane] ? 0 : _options.Gamma * rollout.NextStateValues[lane];
            deltas[i] = rollout.Rewards[lane] + future - rollout.StateValues[lane];
            weights[i] = (float)(deltas[i] * (_options.DiscountPolicyGradient ? _discounts[lane] : 1));
            _discounts[lane] = rollout.Terminated[lane] || rollout.Truncated[lane] ? 1 : _discounts[lane] * _options.Gamma;
        }

        if (transitions.Length == 0)
        {
            return deltas;
        }

        var indices = tensor(transitions);
        var extracted = _network.Extract(rollout.ObservationTensor().index_select(0, indices));
        var actions = rollout.ActionTensor().index_select(0, indices);

        // Minus: an optimizer goes down. w += alpha_w delta grad V, theta += alpha_theta delta grad log pi.
        var valueLoss = -(_network.Values(extracted.detach()) * tensor(deltas, ScalarType.Float32)).sum();
        var policyLoss = -(_network.Distribution(extracted).LogProbability(actions) * tensor(weights)).sum();
        NonFiniteException.ThrowIfNotFinite(valueLoss.item<float>() + policyLoss.item<float>(), Descriptor.Title, Timesteps);
        _policyOptimizer.zero_grad();
        _valueOptimizer.zero_grad();
        UpdateClock.Backward(valueLoss + policyLoss);
        UpdateClock.Step(_valueOptimizer);
        UpdateClock.Step(_policyOptimizer);
        return deltas;
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("policy", _policyOptimizer);
        archive.Optimizer("value", _valueOptimizer);
        archive.Array("discounts", _discounts);
        _collector.Exchange(archive);
        _progress.Exchange(archive, !IsInUpdate);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _policyOptimizer.Dispose();
            _valueOptimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
