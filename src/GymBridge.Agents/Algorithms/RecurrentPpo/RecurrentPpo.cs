using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Proximal policy optimization with a policy that remembers the episode in an LSTM: for environments that show only a part of
/// their state.</summary>
/// <remarks>Source: PPO as in <see cref="Ppo"/>; sequences, states and network as in sb3_contrib/ppo_recurrent. Departure: a sequence is
/// run from the state that was kept in one call, where sb3-contrib steps through it; the numbers are the same. See
/// docs/algorithms/recurrent_ppo.md.</remarks>
public sealed class RecurrentPpo : Algorithm, ITraceable
{
    private readonly RecurrentPpoOptions _options;
    private readonly PpoOptions _lossOptions;
    private readonly RecurrentActorCriticNetwork _network;
    private readonly Parameter[] _parameters;
    private readonly Adam _optimizer;
    private readonly Rng _minibatches;
    private readonly RecurrentRolloutCollector _collector;
    private readonly PpoDescent _descent;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; policy and value read the state of an LSTM. Null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">Recurrent PPO cannot read the observations or act in the action space.</exception>
    public RecurrentPpo(VectorEnv env, RecurrentPpoOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new RecurrentPpoOptions(), seed, networks, null)
    {
    }

    private RecurrentPpo(VectorEnv env, RecurrentPpoOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, SpecOf(options), networks)
    {
        _options = options;
        _lossOptions = options.Loss;
        _network = (RecurrentActorCriticNetwork)Policy.Module;
        _parameters = [.. _network.parameters()];
        _optimizer = optim.Adam(_parameters, options.LearningRate.Start, eps: 1e-5);
        _descent = new PpoDescent(options, _optimizer, _parameters, Descriptor.Title);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
        _collector = new RecurrentRolloutCollector(Driver, _network, Seed, options.RolloutSteps);
    }

    /// <summary>What is known of recurrent PPO.</summary>
    public static new AlgorithmDescriptor<RecurrentPpoOptions> Descriptor { get; } = new()
    {
        Name = "recurrent_ppo",
        Title = "Recurrent PPO",
        Summary = "PPO with a policy that remembers the episode in an LSTM, for environments that show only a part of their state.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new RecurrentPpo(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("adam", _optimizer)];

    /// <summary>What was collected last.</summary>
    internal RecurrentRolloutCollector Collector => _collector;

    /// <inheritdoc/>
    public override long TimestepsAtOnce => (long)_options.RolloutSteps * Env.NumEnvs;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new RecurrentPpo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<RecurrentPpo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = (_options.LearningRate.At(Progress), _options.ClipRange.At(Progress));

        var rollout = _collector.Buffer;
        if (!_descent.GoesOn())
        {
            _collector.Collect(_options.RolloutSteps);
            rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        }

        var losses = Learn(learningRate, clipRange, () => _minibatches.Integers(rollout.Count));

        return
        [
            .. losses.Metrics(learningRate, clipRange),
            new("train/explained_variance", rollout.ExplainedVariance()),
        ];
    }

    /// <summary>Epochs of minibatches over the rollout, whose advantages are computed; or those that are left.</summary>
    /// <param name="learningRate">Step size.</param>
    /// <param name="clipRange">Bound on the probability ratio.</param>
    /// <param name="split">Gives the index at which the next epoch begins: lanes stay whole, one after the other, and what lies before goes to the end.</param>
    /// <returns>Means over the minibatches that were learned from.</returns>
    internal PpoLosses Learn(double learningRate, double clipRange, Func<int> split)
    {
        _optimizer.SetLearningRate(learningRate);

        var rollout = _collector.Buffer;
        using var scope = NewDisposeScope();
        var device = _network.Device;
        var tensors = new PpoRollout(rollout, device);
        var observations = tensors.Observations ?? rollout.ObservationTensor().to(device);
        while (_descent.Next(() => Rotated(rollout.Count, split())) is { } order)
        {
            _descent.PauseIfCancelled(Driver);
            var batch = SequenceBatch.Cut(order.Span, rollout.Steps, rollout.Lanes, _collector.IsEpisodeStart, rollout.IsTransition);
            if (batch.Rows.Length == 0)
            {
                // NextStep: every lane has only reset.
                _descent.Skip();
                continue;
            }

            using var inner = NewDisposeScope();
            var rows = tensor(batch.Rows, device: device);
            var output = _network.Run(
                observations.index_select(0, tensor(batch.Padded, device: device)).reshape(batch.Steps, batch.Starts.Length, -1),
                _collector.ActorStates.Of(batch.Starts, device),
                _collector.CriticStates.Of(batch.Starts, device));
            var valid = tensor(batch.Valid, device: device);
            var distribution = _network.Distribution(output.Policy.index_select(0, valid));
            var values = _network.Values(output.Value.index_select(0, valid));
            var (loss, parts) = PpoLoss.Compute(distribution, values, tensors.Select(observations, rows), _lossOptions, clipRange);
            if (!_descent.TryStep(loss, parts, Timesteps))
            {
                break;
            }
        }

        return _descent.End();
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("adam", _optimizer);
        archive.Stream("minibatches", _minibatches);
        _descent.Exchange(archive);
        _collector.Exchange(archive, _descent.IsPaused);
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

    private static RecurrentActorCriticSpec SpecOf(RecurrentPpoOptions options) => new(
        options.HiddenSizes,
        options.Activation,
        options.LstmHiddenSize,
        options.LstmLayers,
        options.SharesLstm,
        options.HasCriticLstm,
        options.InitialLogDeviation)
    {
        StartsOrthogonal = options.StartsOrthogonal,
    };

    private static long[] Rotated(int count, int split)
    {
        var order = new long[count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (i + split) % order.Length;
        }

        return order;
    }
}
