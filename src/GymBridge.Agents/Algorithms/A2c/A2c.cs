using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Collecting.Actors;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Advantage actor-critic: one gradient step on each short rollout of all lanes.</summary>
/// <remarks>Source: Mnih et al. 2016, arXiv:1602.01783, the synchronous form; details as in Stable-Baselines3's A2C. See
/// docs/algorithms/a2c.md.</remarks>
public sealed class A2c : Algorithm, ITraceable
{
    private readonly A2cOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly optim.Optimizer _optimizer;
    private readonly IRolloutSource _collector;

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
        : base(Descriptor, env, options, seed, SpecOf(options), networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _optimizer = A2cLearning.CreateOptimizer(_network.parameters(), options);
        _collector = options.Actors == 0
            ? new RolloutCollector(Driver, _network, Seed)
            : new ActorPool(Driver, Policy, Seed, options.Actors, networks);
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

    /// <inheritdoc/>
    public override long TimestepsAtOnce => (long)_options.RolloutSteps * Env.NumEnvs;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new A2c Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<A2c>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(Progress);

        _collector.Collect(_options.RolloutSteps);
        var rollout = _collector.Buffer;
        rollout.EvaluateStates(_network);
        rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        var losses = Learn(rollout, learningRate);

        return A2cLearning.Metrics(rollout, learningRate, losses);
    }

    /// <summary>One step along the gradient of -mean(log pi(a|s) A) + c_v mean((V - R)^2) - c_H H over the whole rollout.</summary>
    internal A2cLosses Learn(RolloutBuffer rollout, double learningRate)
    {
        using var scope = NewDisposeScope();
        if (A2cLearning.Backward(_network, rollout, _options, _optimizer.zero_grad, "A2C", Timesteps) is not { } losses)
        {
            return A2cLosses.None;
        }

        A2cLearning.Step(_optimizer, learningRate);
        return losses;
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("optimizer", _optimizer);
        _collector.Exchange(archive, !IsInUpdate, keepsRollout: false);
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

    private static ActorCriticSpec SpecOf(A2cOptions options) =>
        new(options.HiddenSizes, options.Activation, InitialLogDeviation: options.InitialLogDeviation) { StartsOrthogonal = options.StartsOrthogonal };
}
