using GymBridge.Agents.Actions;
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

/// <summary>Soft actor-critic: a policy that is rewarded for its entropy too, learned from old transitions through two critics.</summary>
/// <remarks>Source: Haarnoja et al. 2018, arXiv:1812.05905, with automatic temperature and without a value network; details as in
/// Stable-Baselines3's SAC. See docs/algorithms/sac.md.</remarks>
public sealed class Sac : Algorithm, ITraceable
{
    private readonly SacOptions _options;
    private readonly SacNetwork _network;
    private readonly TargetWeights _target;
    private readonly Parameter[] _critics;
    private readonly optim.Optimizer _actorOptimizer;
    private readonly optim.Optimizer _criticOptimizer;
    private readonly optim.Optimizer? _temperatureOptimizer;
    private readonly ReplayBuffer _buffer;
    private readonly ReplayBatch _batch;
    private readonly ReplayCollector _collector;
    private readonly ReplayCollector.Actor _act;
    private readonly LaneStreams _policyStreams;
    private readonly LaneStreams _exploration;
    private readonly ExplorationNoise _actionNoise;
    private readonly Rng _replay;
    private readonly Rng _noiseStream;
    private readonly Tensor _noise;
    private readonly Tensor _nextNoise;
    private readonly ReplayProgress _progress = new(3);
    private long _learningStart;
    private long _gradientSteps;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">SAC cannot read the observations, or the actions are no Box with bounds.</exception>
    public Sac(VectorEnv env, SacOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new SacOptions(), seed, networks, null)
    {
    }

    private Sac(VectorEnv env, SacOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, SpecOf(options), networks)
    {
        _options = options;
        _network = (SacNetwork)Policy.Module;
        _target = new TargetWeights(_network, SacNetwork.HasTarget);
        _critics = [.. _network.CriticParameters()];
        var rate = options.LearningRate.Start;
        _actorOptimizer = optim.Adam(_network.ActorParameters(), rate);
        _criticOptimizer = optim.Adam(_critics, rate);
        _temperatureOptimizer = _network.LogTemperature is { } temperature ? optim.Adam([temperature], rate) : null;
        TargetEntropy = options.TargetEntropy ?? -_network.Head.Width;
        _buffer = new ReplayBuffer(
            env.SingleObservationSpace, Policy.Encoder, _network.Head, options.BufferSize, options.Gamma, null, options.BufferFolder);
        _batch = _buffer.CreateBatch(options.BatchSize);
        _collector = new ReplayCollector(Driver, _network.Head, _buffer, options.NSteps);
        _act = Act;
        _policyStreams = new LaneStreams(Seed, StreamPurpose.Policy, env.NumEnvs);
        _exploration = new LaneStreams(Seed, StreamPurpose.Exploration, env.NumEnvs);
        _actionNoise = new ExplorationNoise(options.ActionNoise, options.ActionNoiseDeviation, _exploration, _network.Head.Width);
        _replay = RandomStreams.Create(Seed, StreamPurpose.Replay);
        _noiseStream = RandomStreams.Create(Seed, StreamPurpose.Noise);
        _noise = zeros(options.BatchSize, _network.Head.Width).DetachFromDisposeScope();
        _nextNoise = zeros(options.BatchSize, _network.Head.Width).DetachFromDisposeScope();
        _learningStart = options.LearningStarts;
    }

    /// <summary>What is known of SAC.</summary>
    public static new AlgorithmDescriptor<SacOptions> Descriptor { get; } = new()
    {
        Name = "sac",
        Title = "SAC",
        Summary = "Soft actor-critic: continuous actions from replayed transitions, twin critics, entropy with automatic temperature.",
        ActionSpaces = ["Box"],
        Factory = (env, options, seed, networks) => new Sac(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Trace;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers =>
    [
        ("actor", _actorOptimizer), ("critic", _criticOptimizer), .. _temperatureOptimizer is null ? Array.Empty<(string, optim.Optimizer)>() : [("temperature", _temperatureOptimizer)],
    ];

    /// <summary>alpha: the weight of the entropy in the reward.</summary>
    public double Temperature => _network.LogTemperature is { } logarithm ? Math.Exp(ReplayBatch.Floats(logarithm)[0]) : _options.EntropyCoefficient.Value;

    /// <summary>The entropy that a learned temperature aims at.</summary>
    public double TargetEntropy { get; }

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Sac Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Sac>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var learningRate = _options.LearningRate.At(ProgressAt(Timesteps));
        _progress.Begin(_collector);
        while (!_progress.IsBetweenCycles || (_progress.ReportSteps < _options.StepsPerReport && !IsComplete))
        {
            Collect();
            learningRate = _options.LearningRate.At(ProgressAt(Timesteps));
            _progress.BeginLearning(Timesteps <= _learningStart || _buffer.Count < _options.BatchSize ? 0
                : _options.GradientSteps < 0 ? Timesteps - _progress.CycleStart : _options.GradientSteps);
            while (_progress.Learns)
            {
                Driver.PauseIfCancelled();
                _buffer.Sample(_replay, _batch);
                Fill(_noise);
                Fill(_nextNoise);
                var losses = Learn(_batch, _noise, _nextNoise, learningRate);
                _progress.AddGradientStep(losses.Actor, losses.Critic, losses.Temperature);
            }

            _progress.EndCycle();
        }

        var means = _progress.End();
        return
        [
            new("train/learning_rate", learningRate),
            new("train/actor_loss", means[0]),
            new("train/critic_loss", means[1]),
            new("train/ent_coef", Temperature),
            new("train/ent_coef_loss", _temperatureOptimizer is null ? double.NaN : means[2]),
            new("train/n_updates", _gradientSteps),
        ];
    }

    /// <summary>Makes train_freq steps of each lane, or those that are left of them.</summary>
    private void Collect()
    {
        if (_progress.IsBetweenCycles)
        {
            _progress.BeginCycle(Timesteps);
        }

        while (_progress.CycleSteps < _options.TrainFrequency)
        {
            Driver.PauseIfCancelled();
            _collector.Step(_act);
            _progress.AddStep();
            for (var lane = 0; lane < Env.NumEnvs; lane++)
            {
                if (Driver.HasEnded(lane))
                {
                    _actionNoise.Reset(lane);
                }
            }
        }
    }

    /// <summary>Actions in [-1, 1]: uniform ones before learning starts, the policy's after it.</summary>
    private void Act(Tensor features, ActionSpan actions)
    {
        var width = _network.Head.Width;
        if (Timesteps < _options.LearningStarts)
        {
            for (var i = 0; i < actions.Values.Length; i++)
            {
                actions.Values[i] = (float)((2 * _exploration[i / width].Random()) - 1);
            }

            return;
        }

        _network.Act(features, deterministic: false, _policyStreams, actions);
        for (var lane = 0; lane < Env.NumEnvs; lane++)
        {
            _actionNoise.AddTo(actions.Values.Slice(lane * width, width), lane);
        }
    }

    /// <summary>One step of the critics, of the actor and of the temperature, each by its own loss and optimizer.</summary>
    /// <param name="batch">The transitions.</param>
    /// <param name="noise">float32 [B, W]; standard normal numbers for the actions in the states.</param>
    /// <param name="nextNoise">float32 [B, W]; for the actions in the next states.</param>
    /// <param name="learningRate">Of all three.</param>
    internal (double Actor, double Critic, double Temperature) Learn(ReplayBatch batch, Tensor noise, Tensor nextNoise, double learningRate)
    {
        using var scope = NewDisposeScope();
        var alpha = Temperature;
        var targets = Targets(batch, nextNoise, alpha);
        var extracted = _network.Extract(batch.Observations);

        // J_Q = mean of (Q_i(s, a) - y)^2 / 2, over both critics (equation 5).
        var (first, second) = _network.Values(extracted, batch.Actions);
        var criticLoss = (nn.functional.mse_loss(first, targets) + nn.functional.mse_loss(second, targets)) * 0.5;
        var critic = Step(_criticOptimizer, criticLoss, learningRate);

        // J_pi = mean of alpha log pi(a|s) - min Q_i(s, a), a = tanh(mean + deviation noise): the gradient goes through the action
        // (equation 9). The critics only lead it there.
        double actor;
        var states = extracted.detach();
        var (actions, logProbability) = _network.Sample(states, noise);
        Freeze(true);
        try
        {
            actor = Step(_actorOptimizer, ((logProbability * alpha) - _network.LeastValue(states, actions)).mean(), learningRate);
        }
        finally
        {
            Freeze(false);
        }

        // J_alpha = -log alpha (log pi(a|s) + target), of the logarithm as in Stable-Baselines3 (equation 18 has alpha itself).
        var temperature = 0.0;
        if (_temperatureOptimizer is not null)
        {
            var gap = (logProbability.detach() + TargetEntropy).mean();
            temperature = Step(_temperatureOptimizer, -(_network.LogTemperature! * gap).sum(), learningRate);
        }

        if (_gradientSteps % _options.TargetUpdateInterval == 0)
        {
            UpdateTarget(_options.Tau);
        }

        _gradientSteps++;
        return (actor, critic, temperature);
    }

    /// <summary>
    /// y = R + gamma^n (min_i Q_target,i(s', a') - alpha log pi(a'|s')), a' drawn from the present policy; R alone where the episode
    /// terminated (equation 6). A truncated one goes on behind its final observation. [B], without gradient.
    /// </summary>
    internal Tensor Targets(ReplayBatch batch, Tensor nextNoise, double alpha)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (actions, logProbability) = _network.Sample(_network.Extract(batch.NextObservations), nextNoise);
        using (_target.InPlace())
        {
            var following = _network.LeastValue(_network.Extract(batch.NextObservations), actions) - (logProbability * alpha);
            return (batch.Rewards + (batch.Discounts * following)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Moves the target critics towards the online ones; all the way where tau is 1.</summary>
    internal void UpdateTarget(double tau) => _target.Update(tau);

    /// <summary>Gives the policy the target critics until the result is disposed.</summary>
    internal TargetWeights.InPlaceScope TargetInPlace() => _target.InPlace();

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        foreach (var (name, optimizer) in Optimizers)
        {
            archive.Optimizer(name, optimizer);
        }

        _target.Exchange(archive, "target");
        archive.Streams("policy", _policyStreams);
        archive.Streams("exploration", _exploration);
        archive.Stream("replay", _replay);
        archive.Stream("noise", _noiseStream);
        _actionNoise.Exchange(archive);
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
            _noise.Dispose();
            _nextNoise.Dispose();
            _actorOptimizer.Dispose();
            _criticOptimizer.Dispose();
            _temperatureOptimizer?.Dispose();
        }

        base.Dispose(disposing);
    }

    private double Step(optim.Optimizer optimizer, Tensor loss, double learningRate)
    {
        var value = loss.item<float>();
        NonFiniteException.ThrowIfNotFinite(value, "SAC", Timesteps);
        optimizer.SetLearningRate(learningRate);

        GradientSteps.Forget(optimizer.parameters());
        UpdateClock.Backward(loss);
        UpdateClock.Step(optimizer);
        return value;
    }

    private void Freeze(bool isFrozen)
    {
        foreach (var parameter in _critics)
        {
            parameter.requires_grad_(!isFrozen);
        }
    }

    private void Fill(Tensor noise)
    {
        foreach (ref var value in ReplayBatch.Floats(noise))
        {
            value = (float)_noiseStream.StandardNormal();
        }
    }

    private static SacSpec SpecOf(SacOptions options) =>
        new(options.HiddenSizes, options.Activation, options.EntropyCoefficient.IsAutomatic ? options.EntropyCoefficient.Value : null);
}
