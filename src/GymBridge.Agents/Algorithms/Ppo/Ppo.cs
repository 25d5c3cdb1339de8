using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Collecting.Actors;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Proximal policy optimization with a clipped surrogate.</summary>
/// <remarks>Source: Schulman et al. 2017, arXiv:1707.06347; details as in CleanRL's ppo.py and Stable-Baselines3's PPO. Departure from
/// CleanRL: a truncated step bootstraps from the value of its final observation. See docs/algorithms/ppo.md.</remarks>
public sealed class Ppo : Algorithm, ITraceable
{
    private readonly PpoOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Parameter[] _parameters;
    private readonly Adam _optimizer;
    private readonly Rng _minibatches;
    private readonly IRolloutSource _collector;
    private readonly PpoDescent _descent;
    private float[] _oldOutputs = [];
    private float[] _oldLogDeviation = [];
    private double _klCoefficient;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">PPO cannot read the observations or act in the action space.</exception>
    public Ppo(VectorEnv env, PpoOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new PpoOptions(), seed, networks, null)
    {
    }

    private Ppo(VectorEnv env, PpoOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, SpecOf(options), networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _parameters = [.. _network.parameters()];
        _optimizer = optim.Adam(_parameters, options.LearningRate.Start, eps: 1e-5);
        _descent = new PpoDescent(options, _optimizer, _parameters, Descriptor.Title);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
        _klCoefficient = options.KlCoefficient;
        _collector = options.Actors == 0
            ? new RolloutCollector(Driver, _network, Seed, options.UseActionMasks)
            : new ActorPool(Driver, Policy, Seed, options.Actors, networks, options.UseActionMasks);
        _collector.Buffer.Reserve(options.RolloutSteps);
    }

    /// <summary>Brings the indices of a rollout into the order of the next epoch.</summary>
    /// <param name="indices">Flat time-major indices, in ascending order.</param>
    internal delegate void Shuffler(Span<long> indices);

    /// <summary>What is known of PPO.</summary>
    public static new AlgorithmDescriptor<PpoOptions> Descriptor { get; } = new()
    {
        Name = "ppo",
        Title = "PPO",
        Summary = "Proximal policy optimization: several epochs of a clipped policy-gradient loss on each rollout.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new Ppo(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("adam", _optimizer)];

    /// <inheritdoc/>
    public override long TimestepsAtOnce => (long)_options.RolloutSteps * Env.NumEnvs;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Ppo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Ppo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = (_options.LearningRate.At(Progress), _options.ClipRange.At(Progress));

        var rollout = _collector.Buffer;
        if (!_descent.GoesOn())
        {
            _collector.Collect(_options.RolloutSteps);
            rollout.EvaluateStates(_network);
            rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        }

        var losses = Learn(rollout, learningRate, clipRange, _minibatches.Shuffle);
        var klCoefficient = _klCoefficient;
        AdaptKlCoefficient(losses.ApproximateKl);

        return
        [
            .. losses.Metrics(learningRate, clipRange),
            .. _options.Surrogate == PpoSurrogate.KlPenalty ? [new KeyValuePair<string, double>("train/kl_coef", klCoefficient)] : Array.Empty<KeyValuePair<string, double>>(),
            new("train/explained_variance", rollout.ExplainedVariance()),
        ];
    }

    /// <summary>Epochs of shuffled minibatches over a rollout whose advantages are computed, or those that are left.</summary>
    /// <returns>Means over the minibatches that were learned from.</returns>
    internal PpoLosses Learn(RolloutBuffer rollout, double learningRate, double clipRange, Shuffler shuffle)
    {
        _optimizer.SetLearningRate(learningRate);

        using var scope = NewDisposeScope();
        var tensors = new PpoRollout(rollout, _network.Device);
        var transitions = rollout.TransitionIndices();
        var order = new long[transitions.Length];
        var masks = rollout.MaskTensor();
        var (oldOutputs, oldLogDeviation) = _options.Surrogate == PpoSurrogate.KlPenalty ? OldPolicy(rollout) : default;
        while (_descent.Next(Order) is { } rows)
        {
            _descent.PauseIfCancelled(Driver);
            using var inner = NewDisposeScope();
            var indices = tensor(rows.ToArray());
            var minibatch = tensors.Select(rows.Span, indices) with
            {
                Masks = masks?.index_select(0, indices),
                OldOutputs = oldOutputs?.index_select(0, indices),
                OldLogDeviation = oldLogDeviation,
            };
            var (loss, parts) = PpoLoss.Compute(_network, minibatch, _options, clipRange, _klCoefficient);
            if (!_descent.TryStep(loss, parts, Timesteps))
            {
                break;
            }
        }

        return _descent.End();

        long[] Order()
        {
            transitions.CopyTo(order);
            shuffle(order);
            return order;
        }
    }

    /// <summary>The rule of the paper, section 4: d below target / 1.5 halves beta, d above 1.5 target doubles it.</summary>
    internal void AdaptKlCoefficient(double divergence)
    {
        if (_options.Surrogate != PpoSurrogate.KlPenalty || _options.AdaptiveKlTarget is not { } target)
        {
            return;
        }

        if (divergence < target / 1.5)
        {
            _klCoefficient /= 2;
        }
        else if (divergence > target * 1.5)
        {
            _klCoefficient *= 2;
        }
    }

    internal double KlCoefficient => _klCoefficient;

    // What the policy gave before the first step: an update that goes on cannot compute it any more.
    private (Tensor Outputs, Tensor? LogDeviation) OldPolicy(RolloutBuffer rollout)
    {
        using var noGrad = no_grad();
        if (_descent.IsAtStart)
        {
            using var scope = NewDisposeScope();
            _oldOutputs = Numbers(_network.Policy.call(_network.Extract(rollout.ObservationTensor())));
            _oldLogDeviation = _network.LogDeviation is { } deviation ? Numbers(deviation) : [];
        }

        var device = _network.Device;
        return (
            tensor(_oldOutputs, [rollout.Count, _network.Head.Outputs], device: device),
            _oldLogDeviation.Length == 0 ? null : tensor(_oldLogDeviation, device: device));
    }

    private static float[] Numbers(Tensor values) => MemoryMarshal.Cast<byte, float>(values.detach().cpu().contiguous().bytes).ToArray();

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("adam", _optimizer);
        archive.Stream("minibatches", _minibatches);
        _klCoefficient = archive.Real("kl_coef", _klCoefficient);
        _descent.Exchange(archive);
        _collector.Exchange(archive, !IsInUpdate, _descent.IsPaused);
        if (_descent.IsPaused && _options.Surrogate == PpoSurrogate.KlPenalty)
        {
            ExchangeOldPolicy(archive);
        }
    }

    private void ExchangeOldPolicy(StateArchive archive)
    {
        if (archive.IsLoading)
        {
            _oldOutputs = new float[_collector.Buffer.Count * _network.Head.Outputs];
            _oldLogDeviation = new float[_network.LogDeviation?.numel() ?? 0];
        }

        archive.Array("old_policy/outputs", _oldOutputs);
        archive.Array("old_policy/log_deviation", _oldLogDeviation);
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

    private static ActorCriticSpec SpecOf(PpoOptions options) =>
        new(options.HiddenSizes, options.Activation, InitialLogDeviation: options.InitialLogDeviation, UsesMasks: options.UseActionMasks)
        {
            StartsOrthogonal = options.StartsOrthogonal,
        };
}
