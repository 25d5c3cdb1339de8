using GymBridge.Agents.Actions;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>REINFORCE with a leave-one-out baseline: each completion is held against the mean of the others of its prompt.</summary>
/// <remarks>Source: Ahmadian et al. 2024, arXiv:2402.14740; TRL, rloo_trainer.py. A whole completion is one action: its reward, less the KL
/// penalty, and its log-probability are sums over its tokens. See docs/algorithms/rloo.md.</remarks>
public sealed class Rloo : GroupAlgorithm
{
    private readonly RlooOptions _options;

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
        : base(Descriptor, env, options, seed, networks) => _options = options;

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

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Rloo Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Rloo>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        var (learningRate, clipRange) = Begin();
        Collect();
        double[] rewards =
        [
            .. Completions.Scores.Select((score, lane) => score - (_options.KlCoefficient
                * Completions.Rows[lane].Sum(row => (double)Completions.Buffer.LogProbabilities[row] - Completions.Reference[row]))),
        ];
        return
        [
            new("train/learning_rate", learningRate),
            new("train/clip_range", clipRange),
            .. Learn(GroupAdvantage.LeaveOneOut(rewards, _options.GroupSize), clipRange),
            new("objective/scores", Statistics.Mean(Completions.Scores)),
            new("objective/kl", Completions.MeanKl),
            new("objective/rlhf_reward", Statistics.Mean(rewards)),
        ];
    }

    /// <summary>Gradient steps on all completions together.</summary>
    private List<KeyValuePair<string, double>> Learn(double[] advantages, double clipRange)
    {
        using var scope = NewDisposeScope();
        var (_, observations, actions, oldTokens, reference) = Tokens();
        var completions = tensor(Completions.Rows.SelectMany((lane, i) => lane.Select(_ => (long)i)).ToArray());
        var old = Sum(oldTokens, completions);
        var weights = tensor(advantages, ScalarType.Float32);
        List<KeyValuePair<string, double>> metrics = [];
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            using var inner = NewDisposeScope();
            var distribution = Network.Distribution(Network.Extract(observations), null, reference);
            var logProbabilities = Sum(distribution.LogProbability(actions), completions);
            var entropy = distribution.Entropy().mean();
            var loss = GroupPolicyLoss.PerToken(logProbabilities, old, weights, clipRange).mean();
            if (_options.EntropyCoefficient != 0)
            {
                loss -= entropy * _options.EntropyCoefficient;
            }

            var value = loss.item<float>();
            var norm = Descend(loss, value);

            using var noGrad = no_grad();
            metrics =
            [
                new("train/loss", value),
                new("train/entropy_loss", -entropy.item<float>()),
                new("train/clip_fraction", ClipFraction((logProbabilities - old).exp(), clipRange)),
                new("train/approx_kl", KlEstimators.K3(old, logProbabilities).mean().item<float>()),
                new("train/grad_norm", norm),
            ];
        }

        return metrics;
    }

    // [K] of tokens to [N] of completions.
    private Tensor Sum(Tensor tokens, Tensor completions) => zeros(Env.NumEnvs).index_add(0, completions, tokens, 1);
}
