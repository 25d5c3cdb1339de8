using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>PPO on whole completions with a penalty for going away from a frozen reference policy: a policy, its reference, a value network
/// and, where one is given, a reward model.</summary>
/// <remarks>Source: Ziegler et al. 2019, arXiv:1909.08593; Ouyang et al. 2022, arXiv:2203.02155; TRL, experimental/ppo. It maximises
/// E[score] - beta KL(pi || ref), the penalty as k1 in the reward of each token. See docs/algorithms/rlhf_ppo.md.</remarks>
public sealed class RlhfPpo : CompletionAlgorithm
{
    private readonly RlhfPpoOptions _options;
    private readonly PpoOptions _lossOptions;
    private readonly Rng _minibatches;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, a lane for each completion of an update, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or the reward model reads other observations.</exception>
    /// <exception cref="NotSupportedException">RLHF PPO cannot read the observations or act in the action space.</exception>
    public RlhfPpo(VectorEnv env, RlhfPpoOptions? options = null, Seed? seed = null)
        : this(env, ReferenceNetworks.Resolve(options ?? new RlhfPpoOptions(), env), seed, null)
    {
    }

    private RlhfPpo(VectorEnv env, RlhfPpoOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, ReferenceNetworks.Spec(options.HiddenSizes, options.Activation), networks, trainsValues: true)
    {
        _options = options;
        _lossOptions = new PpoOptions
        {
            NormalizeAdvantage = false,
            ClipRangeValue = options.ClipRangeValue,
            ClipValueAsMaximum = true,
            ValueCoefficient = options.ValueCoefficient,
            EntropyCoefficient = options.EntropyCoefficient,
        };
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
    }

    /// <summary>What is known of it.</summary>
    public static new AlgorithmDescriptor<RlhfPpoOptions> Descriptor { get; } = new()
    {
        Name = "rlhf_ppo",
        Title = "RLHF PPO",
        Summary = "PPO on whole completions with a KL penalty to a frozen reference policy, from rewards or a reward model.",
        ActionSpaces = ActionSpaces.All,
        DefaultNumEnvs = 256,
        Factory = (env, options, seed, networks) => new RlhfPpo(env, ReferenceNetworks.Resolve(options, env), seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new RlhfPpo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<RlhfPpo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = Begin();
        Completions.Collect(_options.LongestEpisode);
        var rollout = Completions.Buffer;
        ShapeRewards(rollout);
        rollout.EvaluateStates(Network);
        rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        if (_options.NormalizeAdvantage)
        {
            Whiten(rollout);
        }

        var losses = Learn(rollout, clipRange);
        var (score, kl) = (Statistics.Mean(Completions.Scores), Completions.MeanKl);
        return
        [
            .. losses.Metrics(learningRate, clipRange),
            new("objective/scores", score),
            new("objective/kl", kl),
            new("objective/rlhf_reward", score - (_options.KlCoefficient * kl)),
        ];
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        base.ExchangeState(archive);
        archive.Stream("minibatches", _minibatches);
    }

    /// <summary>The penalty for each token, and the score at the last one.</summary>
    private void ShapeRewards(RolloutBuffer rollout)
    {
        for (var lane = 0; lane < rollout.Lanes; lane++)
        {
            var rows = Completions.Rows[lane];
            var rewards = TokenRewards.Shape(
                [.. rows.Select(row => (double)rollout.LogProbabilities[row])],
                [.. rows.Select(row => (double)Completions.Reference[row])],
                _options.RewardModel is null ? 0 : Completions.Scores[lane],
                _options.KlCoefficient);
            for (var i = 0; i < rows.Length; i++)
            {
                // The environment's own rewards stand where it gave them: a token environment's at the end.
                rollout.Rewards[rows[i]] = rewards[i] + (_options.RewardModel is null ? rollout.Rewards[rows[i]] : 0);
            }
        }
    }

    private void Whiten(RolloutBuffer rollout)
    {
        double[] advantages = [.. Completions.Rows.SelectMany(rows => rows.Select(row => (double)rollout.Advantages[row]))];
        var (mean, deviation) = (Statistics.Mean(advantages), Statistics.StandardDeviation(advantages));
        foreach (var row in Completions.Rows.SelectMany(rows => rows))
        {
            rollout.Advantages[row] = (float)((rollout.Advantages[row] - mean) / (deviation + 1e-8));
        }
    }

    /// <summary>Epochs of shuffled minibatches of completions.</summary>
    private PpoLosses Learn(RolloutBuffer rollout, double clipRange)
    {
        using var scope = NewDisposeScope();
        var tensors = new PpoRollout(rollout, Network.Device);
        var reference = rollout.ReferenceTensor();
        int[] order = [.. Enumerable.Range(0, rollout.Lanes)];
        var (losses, minibatches) = (default(PpoLosses), 0);
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            _minibatches.Shuffle<int>(order);
            foreach (var lanes in order.Chunk(_options.MinibatchSize))
            {
                using var inner = NewDisposeScope();
                long[] rows = [.. lanes.SelectMany(lane => Completions.Rows[lane])];
                var indices = tensor(rows);
                var minibatch = tensors.Select(rows, indices);
                var extracted = Network.Extract(minibatch.Observations);
                var distribution = Network.Distribution(extracted, null, reference?.index_select(0, indices));
                var (loss, parts) = PpoLoss.Compute(distribution, Network.Values(extracted), minibatch, _lossOptions, clipRange);
                losses = losses.Plus(parts with { GradNorm = Descend(loss, parts.Loss) });
                minibatches++;
            }
        }

        return losses.Mean(minibatches);
    }
}
