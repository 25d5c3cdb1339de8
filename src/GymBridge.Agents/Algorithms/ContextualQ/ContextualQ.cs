using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>A network that learns what each arm pays in a context, pulled epsilon-greedily.</summary>
/// <remarks>The squared error of the pulled arm alone, one gradient step after every step. A bandit has no next state, so that nothing is
/// bootstrapped and there is no discount. Source: Langford and Zhang 2007, the epsilon-greedy contextual bandit. See docs/algorithms/contextual_q.md.</remarks>
public sealed class ContextualQ : BanditAlgorithm
{
    private readonly ContextualQOptions _options;
    private readonly QNetwork _network;
    private readonly optim.Optimizer _optimizer;
    private double _loss;
    private long _gradientSteps;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own; null for those that the options describe.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public ContextualQ(VectorEnv env, ContextualQOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new ContextualQOptions(), seed, networks, null)
    {
    }

    private ContextualQ(VectorEnv env, ContextualQOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new QNetworkSpec(options.HiddenSizes, options.Activation, IsDueling: false, options.Epsilon), networks)
    {
        _options = options;
        _network = (QNetwork)Policy.Module;
        _optimizer = optim.Adam(_network.parameters(), options.LearningRate.Start);
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<ContextualQOptions> Descriptor { get; } = new()
    {
        Name = "contextual_q",
        Title = "Contextual Q",
        Summary = "A network that learns what each arm pays in a context, pulled epsilon-greedily.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 3000,
        Factory = (env, options, seed, networks) => new ContextualQ(env, options, seed, networks),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("optimizer", _optimizer)];

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new ContextualQ Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<ContextualQ>(path, env, networks, warn);

    private protected override void Learn(Tensor contexts, ReadOnlySpan<long> arms)
    {
        using var scope = NewDisposeScope();
        var lanes = Enumerable.Range(0, arms.Length).Where(Driver.IsTransition).Select(lane => (long)lane).ToArray();
        if (lanes.Length == 0)
        {
            return;
        }

        var rows = tensor(lanes);
        var pulled = tensor(arms.ToArray()).unsqueeze(1).index_select(0, rows);
        var rewards = tensor(Array.ConvertAll(Driver.Current.Rewards, reward => (float)reward)).index_select(0, rows);
        var values = _network.Values(contexts.index_select(0, rows)).gather(1, pulled).squeeze(1);
        var loss = nn.functional.mse_loss(values, rewards);
        _loss = loss.item<float>();
        NonFiniteException.ThrowIfNotFinite(_loss, Descriptor.Title, Timesteps);
        _optimizer.SetLearningRate(_options.LearningRate.At(ProgressAt(Timesteps)));
        _optimizer.zero_grad();
        UpdateClock.Backward(loss);
        UpdateClock.Step(_optimizer);
        _gradientSteps++;
    }

    private protected override IReadOnlyList<KeyValuePair<string, double>> Metrics() =>
    [
        new("train/learning_rate", _options.LearningRate.At(ProgressAt(Timesteps))), new("train/loss", _loss), new("train/n_updates", _gradientSteps),
    ];

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        base.ExchangeState(archive);
        archive.Optimizer("optimizer", _optimizer);
        _gradientSteps = archive.Number("gradient_steps", _gradientSteps);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
