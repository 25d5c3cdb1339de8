using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Deep Q-network: learns the value of each action from old transitions, against a target that moves slowly.</summary>
/// <remarks>
/// Source: Mnih et al. 2015, doi:10.1038/nature14236; details as in Stable-Baselines3's DQN and CleanRL's dqn.py. On request double
/// (van Hasselt et al. 2016, arXiv:1509.06461), dueling (Wang et al. 2016, arXiv:1511.06581), n-step (Hessel et al. 2018,
/// arXiv:1710.02298) and with prioritised replay (Schaul et al. 2016, arXiv:1511.05952). See docs/algorithms/dqn.md.
/// </remarks>
public sealed class Dqn : Algorithm, ITraceable
{
    private readonly DqnOptions _options;
    private readonly QNetwork _network;
    private readonly TargetWeights _target;
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly ReplayBuffer _buffer;
    private readonly ReplayBatch _batch;
    private readonly ReplayCollector _collector;
    private readonly ReplayCollector.Actor _act;
    private readonly LaneStreams _exploration;
    private readonly Rng _replay;
    private readonly ReplayProgress _progress = new(2);
    private long _learningStart;
    private long _steps;
    private long _gradientSteps;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">DQN cannot read the observations, or the actions are not Discrete.</exception>
    public Dqn(VectorEnv env, DqnOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new DqnOptions(), seed, networks, null)
    {
    }

    private Dqn(VectorEnv env, DqnOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new QNetworkSpec(options.HiddenSizes, options.Activation, options.Dueling, options.FinalEpsilon), networks)
    {
        _options = options;
        _network = (QNetwork)Policy.Module;
        _target = new TargetWeights(_network);
        _parameters = [.. _network.parameters()];
        _optimizer = optim.Adam(_parameters, options.LearningRate.Start);
        var priorities = options.PrioritizedReplay ? new ReplayPriorities(options.BufferSize, options.PriorityExponent, options.PriorityEpsilon) : null;
        _buffer = new ReplayBuffer(
            env.SingleObservationSpace, Policy.Encoder, _network.Head, options.BufferSize, options.Gamma, priorities, options.BufferFolder);
        _batch = _buffer.CreateBatch(options.BatchSize);
        _collector = new ReplayCollector(Driver, _network.Head, _buffer, options.NSteps);
        _act = (features, actions) => _network.Act(features, Epsilon, _exploration!, actions.Indices);
        _exploration = new LaneStreams(Seed, StreamPurpose.Exploration, env.NumEnvs);
        _replay = RandomStreams.Create(Seed, StreamPurpose.Replay);
        _learningStart = options.LearningStarts;
    }

    /// <summary>What is known of DQN.</summary>
    public static new AlgorithmDescriptor<DqnOptions> Descriptor { get; } = new()
    {
        Name = "dqn",
        Title = "DQN",
        Summary = "Deep Q-network: the value of each action from replayed transitions; double, dueling, n-step, prioritised on request.",
        ActionSpaces = ["Discrete"],
        Factory = (env, options, seed, networks) => new Dqn(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Trace;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("optimizer", _optimizer)];

    /// <summary>Share of random actions in the next step: 1 before learning starts, then falling in a straight line over the run.</summary>
    public double Epsilon => Timesteps < _options.LearningStarts ? 1
        : ProgressAt(Timesteps) is var progress && progress >= _options.ExplorationFraction ? _options.FinalEpsilon
        : _options.InitialEpsilon + ((_options.FinalEpsilon - _options.InitialEpsilon) * progress / _options.ExplorationFraction);

    /// <inheritdoc/>
    public override long TimestepsAtOnce => (long)_options.TrainFrequency * Env.NumEnvs;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Dqn Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Dqn>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, epsilon) = (_options.LearningRate.At(ProgressAt(Timesteps)), Epsilon);
        _progress.Begin(_collector);
        while (!_progress.IsBetweenCycles || (_progress.ReportSteps < _options.StepsPerReport && !IsComplete))
        {
            Collect();
            epsilon = _progress.ExplorationRate;
            learningRate = _options.LearningRate.At(ProgressAt(Timesteps));
            _progress.BeginLearning(Timesteps <= _learningStart || _buffer.Count < _options.BatchSize ? 0
                : _options.GradientSteps < 0 ? Timesteps - _progress.CycleStart : _options.GradientSteps);
            while (_progress.Learns)
            {
                Driver.PauseIfCancelled();
                _buffer.Sample(_replay, _batch, _options.ImportanceExponent.At(ProgressAt(Timesteps)));
                var (loss, value) = Learn(_batch, learningRate);
                _progress.AddGradientStep(loss, value);
            }

            _progress.EndCycle();
        }

        var means = _progress.End();
        return
        [
            new("rollout/exploration_rate", epsilon),
            new("train/learning_rate", learningRate),
            new("train/loss", means[0]),
            new("train/q_values", means[1]),
            new("train/n_updates", _gradientSteps),
        ];
    }

    /// <summary>Makes train_freq steps of each lane, or those that are left of them; the target follows every target_update_interval steps of
    /// the environment.</summary>
    private void Collect()
    {
        if (_progress.IsBetweenCycles)
        {
            _progress.BeginCycle(Timesteps, Epsilon);
        }

        var interval = Math.Max(_options.TargetUpdateInterval / Env.NumEnvs, 1);
        while (_progress.CycleSteps < _options.TrainFrequency)
        {
            Driver.PauseIfCancelled();
            _collector.Step(_act);
            _progress.AddStep();
            if (++_steps % interval == 0)
            {
                UpdateTarget();
            }
        }
    }

    /// <summary>Moves the target's weights towards the online ones: by tau, all the way where it is 1.</summary>
    internal void UpdateTarget() => _target.Update(_options.Tau);

    /// <summary>Gives the policy the target's weights until the result is disposed.</summary>
    internal TargetWeights.InPlaceScope TargetInPlace() => _target.InPlace();

    /// <summary>One step down the gradient of the mean of w L(Q(s, a) - y), L the Huber loss or the square, w the importance weights.</summary>
    /// <returns>The loss, and the mean of Q(s, a).</returns>
    internal (double Loss, double Value) Learn(ReplayBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var targets = Targets(batch);
        var chosen = _network.Values(batch.Observations).gather(1, batch.Actions).squeeze(1);
        var loss = Loss(chosen, targets, batch.Weights);
        var result = (Loss: (double)loss.item<float>(), Value: (double)chosen.mean().item<float>());
        NonFiniteException.ThrowIfNotFinite(result.Loss, "DQN", Timesteps);
        _optimizer.SetLearningRate(learningRate);

        _optimizer.Descend(loss, _parameters, _options.MaxGradNorm, "DQN", Timesteps);
        _gradientSteps++;
        if (_buffer.Priorities is not null)
        {
            _buffer.UpdatePriorities(batch, ReplayBatch.Floats((chosen.detach() - targets).contiguous()));
        }

        return result;
    }

    /// <summary>
    /// y = R + gamma^n max_a' Q_target(s', a'), of Double DQN R + gamma^n Q_target(s', argmax_a' Q(s', a')); R alone where the episode
    /// terminated. A truncated one goes on behind its final observation. [B], without gradient.
    /// </summary>
    internal Tensor Targets(ReplayBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var best = _options.DoubleQ ? _network.Values(batch.NextObservations).argmax(1, keepdim: true) : null;
        using (_target.InPlace())
        {
            var values = _network.Values(batch.NextObservations);
            var following = best is null ? values.max(1).values : values.gather(1, best).squeeze(1);
            return (batch.Rewards + (batch.Discounts * following)).MoveToOuterDisposeScope();
        }
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("optimizer", _optimizer);
        _target.Exchange(archive, "target");
        archive.Streams("exploration", _exploration);
        archive.Stream("replay", _replay);
        _steps = archive.Number("steps", _steps);
        _gradientSteps = archive.Number("gradient_steps", _gradientSteps);
        _learningStart = archive.Number("learning_start", _learningStart);
        _progress.Exchange(archive, !IsInUpdate);
        if (!_collector.Exchange(archive, _options.SaveReplayBuffer) && archive.IsLoading)
        {
            _learningStart = Timesteps + _options.LearningStarts;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _batch.Dispose();
            _buffer.Dispose();
            _target.Dispose();
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Loss(Tensor chosen, Tensor targets, Tensor weights)
    {
        var reduction = _options.PrioritizedReplay ? nn.Reduction.None : nn.Reduction.Mean;
        var loss = _options.Loss == DqnLoss.Huber
            ? nn.functional.smooth_l1_loss(chosen, targets, reduction)
            : nn.functional.mse_loss(chosen, targets, reduction);
        return _options.PrioritizedReplay ? (loss * weights).mean() : loss;
    }
}
