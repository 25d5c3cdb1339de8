using GymBridge.Agents.Actions;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Group-relative policy optimization: several completions of each prompt, compared with one another in place of a value network.</summary>
/// <remarks>Source: Shao et al. 2024, arXiv:2402.03300; Liu et al. 2025, arXiv:2503.20783; TRL, grpo_trainer.py. A group is a number of lanes
/// that are reset with one seed, so it works on any environment whose start a seed determines. See docs/algorithms/grpo.md.</remarks>
public sealed class Grpo : GroupAlgorithm
{
    private readonly GrpoOptions _options;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, a lane for each completion of an update, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the lanes are no whole groups, or the reward model reads other observations.</exception>
    /// <exception cref="NotSupportedException">GRPO cannot read the observations or act in the action space.</exception>
    public Grpo(VectorEnv env, GrpoOptions? options = null, Seed? seed = null)
        : this(env, ReferenceNetworks.Resolve(options ?? new GrpoOptions(), env), seed, null)
    {
    }

    private Grpo(VectorEnv env, GrpoOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, networks) => _options = options;

    /// <summary>What is known of GRPO.</summary>
    public static new AlgorithmDescriptor<GrpoOptions> Descriptor { get; } = new()
    {
        Name = "grpo",
        Title = "GRPO",
        Summary = "Group-relative policy optimization: completions of one prompt are compared with one another; no value network.",
        ActionSpaces = ActionSpaces.All,
        DefaultNumEnvs = 256,
        Factory = (env, options, seed, networks) => new Grpo(env, ReferenceNetworks.Resolve(options, env), seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Grpo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Grpo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = Begin();
        Collect();
        var scores = Completions.Scores;
        var advantages = _options.Scaling == GroupScaling.Scaled
            ? GroupAdvantage.Scaled(scores, _options.GroupSize)
            : GroupAdvantage.Centred(scores, _options.GroupSize);
        return
        [
            new("train/learning_rate", learningRate),
            new("train/clip_range", clipRange),
            .. Learn(advantages, clipRange),
            new("objective/scores", Statistics.Mean(scores)),
            new("objective/kl", Completions.MeanKl),
            new("objective/frac_reward_zero_std", GroupAdvantage.EqualShare(scores, _options.GroupSize)),
        ];
    }

    /// <summary>Gradient steps on all completions together.</summary>
    private List<KeyValuePair<string, double>> Learn(double[] advantages, double clipRange)
    {
        using var scope = NewDisposeScope();
        var (rows, observations, actions, old, reference) = Tokens();
        var lanes = Completions.Rows;
        var referenceLog = tensor(rows.Select(row => Completions.Reference[row]).ToArray());
        var perToken = tensor(lanes.SelectMany((lane, i) => lane.Select(_ => (float)advantages[i])).ToArray());
        var lengths = tensor(lanes.SelectMany(lane => lane.Select(_ => (float)lane.Length)).ToArray());
        var mostTokens = _options.CompletionLength ?? lanes.Max(lane => lane.Length);
        List<KeyValuePair<string, double>> metrics = [];
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            using var inner = NewDisposeScope();
            var distribution = Network.Distribution(Network.Extract(observations), null, reference);
            var logProbabilities = distribution.LogProbability(actions);
            var entropy = distribution.Entropy();
            var tokens = GroupPolicyLoss.PerToken(logProbabilities, old, perToken, clipRange);
            var k3 = KlEstimators.K3(logProbabilities, referenceLog);
            if (_options.KlCoefficient != 0)
            {
                tokens += k3 * _options.KlCoefficient;
            }

            if (_options.EntropyCoefficient != 0)
            {
                tokens -= entropy * _options.EntropyCoefficient;
            }

            var loss = GroupPolicyLoss.Aggregate(tokens, lengths, Env.NumEnvs, _options.Aggregation, mostTokens);
            var value = loss.item<float>();
            var norm = Descend(loss, value);

            using var noGrad = no_grad();
            metrics =
            [
                new("train/loss", value),
                new("train/entropy_loss", -entropy.mean().item<float>()),
                new("train/kl_loss", k3.mean().item<float>()),
                new("train/clip_fraction", ClipFraction((logProbabilities - old).exp(), clipRange)),
                new("train/approx_kl", KlEstimators.K3(old, logProbabilities).mean().item<float>()),
                new("train/grad_norm", norm),
            ];
        }

        return metrics;
    }
}
