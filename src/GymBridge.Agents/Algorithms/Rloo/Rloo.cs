using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>REINFORCE with a leave-one-out baseline: each completion is held against the mean of the others of its prompt.</summary>
/// <remarks>Source: Ahmadian et al. 2024, arXiv:2402.14740; TRL, rloo_trainer.py. A whole completion is one action: its reward, less the KL
/// penalty, and its log-probability are sums over its tokens. See docs/algorithms/rloo.md.</remarks>
public sealed class Rloo : Algorithm, ITraceable
{
    private readonly RlooOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Parameter[] _parameters;
    private readonly Adam _optimizer;
    private readonly Rng _groups;
    private readonly CompletionCollector _collector;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, a lane for each completion of an update, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the lanes are no whole groups, or the reward model reads other observations.</exception>
    /// <exception cref="NotSupportedException">RLOO cannot read the observations or act in the action space.</exception>
    public Rloo(VectorEnv env, RlooOptions? options = null, Seed? seed = null)
        : this(env, ReferenceNetworks.Resolve(options ?? new RlooOptions(), env), seed, null)
    {
    }

    private Rloo(VectorEnv env, RlooOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, ReferenceNetworks.Spec(options.HiddenSizes, options.Activation), networks)
    {
        ReferenceNetworks.Refuse(networks, Descriptor.Title);
        GroupSeeds.Check(env, options.GroupSize, Descriptor.Title);
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _parameters = [.. _network.PolicyParameters()];
        _optimizer = optim.Adam(_parameters, options.LearningRate.Start);
        _groups = RandomStreams.Create(Seed, StreamPurpose.Groups);
        _collector = new CompletionCollector(Driver, Policy, Seed, options.RewardModel);
    }

    /// <summary>What is known of RLOO.</summary>
    public static new AlgorithmDescriptor<RlooOptions> Descriptor { get; } = new()
    {
        Name = "rloo",
        Title = "RLOO",
        Summary = "REINFORCE on whole completions, each held against the mean of the others of its prompt; no value network.",
        ActionSpaces = ActionSpaces.All,
        DefaultNumEnvs = 256,
        Factory = (env, options, seed, networks) => new Rloo(env, ReferenceNetworks.Resolve(options, env), seed, networks),
    };

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _collector.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("adam", _optimizer)];

    /// <summary>As <see cref="Algorithm.Load{T}"/>.</summary>
    public static new Rloo Load(string path, VectorEnv env, CustomNetworks? custom = null, Action<string>? warn = null) =>
        Load<Rloo>(path, env, custom, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = (_options.LearningRate.At(Progress), _options.ClipRange.At(Progress));
        _optimizer.SetLearningRate(learningRate);
        if (Updates == 0)
        {
            _collector.FreezeReference();
        }

        _collector.Collect(
            _options.LongestEpisode, () => Driver.Restart(GroupSeeds.Draw(_groups, Env.NumEnvs, _options.GroupSize), _options.GroupOption, _options.GroupSize));
        double[] rewards =
        [
            .. _collector.Scores.Select((score, lane) => score - (_options.KlCoefficient
                * _collector.Rows[lane].Sum(row => (double)_collector.Buffer.LogProbabilities[row] - _collector.Reference[row]))),
        ];
        return
        [
            new("train/learning_rate", learningRate),
            new("train/clip_range", clipRange),
            .. Learn(GroupAdvantage.LeaveOneOut(rewards, _options.GroupSize), clipRange),
            new("objective/scores", Statistics.Mean(_collector.Scores)),
            new("objective/kl", _collector.MeanKl),
            new("objective/rlhf_reward", Statistics.Mean(rewards)),
        ];
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("adam", _optimizer);
        archive.Stream("groups", _groups);
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

    /// <summary>Gradient steps on all completions together.</summary>
    private List<KeyValuePair<string, double>> Learn(double[] advantages, double clipRange)
    {
        using var scope = NewDisposeScope();
        var rollout = _collector.Buffer;
        long[] rows = [.. _collector.Rows.SelectMany(lane => lane)];
        var indices = tensor(rows);
        var observations = rollout.ObservationRows(rows);
        var actions = rollout.ActionTensor().index_select(0, indices);
        var reference = rollout.ReferenceTensor()?.index_select(0, indices);
        var completions = tensor(_collector.Rows.SelectMany((lane, i) => lane.Select(_ => (long)i)).ToArray());
        var old = Sum(rollout.TensorOf(rollout.LogProbabilities).index_select(0, indices), completions);
        var weights = tensor(advantages, ScalarType.Float32);
        List<KeyValuePair<string, double>> metrics = [];
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            using var inner = NewDisposeScope();
            var distribution = _network.Distribution(_network.Extract(observations), null, reference);
            var logProbabilities = Sum(distribution.LogProbability(actions), completions);
            var entropy = distribution.Entropy().mean();
            var loss = GroupPolicyLoss.PerToken(logProbabilities, old, weights, clipRange).mean();
            if (_options.EntropyCoefficient != 0)
            {
                loss -= entropy * _options.EntropyCoefficient;
            }

            NonFiniteException.ThrowIfNotFinite(loss.item<float>(), Descriptor.Title, Timesteps);
            _optimizer.zero_grad();
            UpdateClock.Backward(loss);
            var norm = nn.utils.clip_grad_norm_(_parameters, _options.MaxGradNorm);
            NonFiniteException.ThrowIfNotFinite(norm, Descriptor.Title, Timesteps);
            UpdateClock.Step(_optimizer);

            using var noGrad = no_grad();
            var ratio = (logProbabilities - old).exp();
            metrics =
            [
                new("train/loss", loss.item<float>()),
                new("train/entropy_loss", -entropy.item<float>()),
                new("train/clip_fraction", (ratio - 1).abs().gt(clipRange).to_type(ScalarType.Float32).mean().item<float>()),
                new("train/approx_kl", KlEstimators.K3(old, logProbabilities).mean().item<float>()),
                new("train/grad_norm", norm),
            ];
        }

        return metrics;
    }

    // [K] of tokens to [N] of completions.
    private Tensor Sum(Tensor tokens, Tensor completions) => zeros(Env.NumEnvs).index_add(0, completions, tokens, 1);
}
