using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Gradient ascent on E[r] - beta KL(pi || ref) with a table of logits, expectations over all completions: no sample, no noise.</summary>
/// <remarks>What the sampled methods are held against. The table, float64 [C, V], is added to the reference's logits and starts at 0. See
/// docs/algorithms/exact_policy_gradient.md.</remarks>
public sealed class ExactPolicyGradient : SupervisedLearner
{
    private readonly ExactPolicyGradientOptions _options;
    private readonly TokenTree _tree;
    private readonly double[] _rewards;
    private readonly Table _table;
    private readonly Adam _optimizer;

    /// <summary>Starts a run at the reference policy.</summary>
    /// <param name="tree">All contexts of the problem.</param>
    /// <param name="reward">What completions earn.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ExactPolicyGradient(TokenTree tree, CompletionProblem.Reward reward, ExactPolicyGradientOptions? options = null)
        : base(Descriptor, options ?? new ExactPolicyGradientOptions(), 0)
    {
        ArgumentNullException.ThrowIfNull(tree);
        TensorSettings.ApplyDefaults();
        _options = (ExactPolicyGradientOptions)Hyperparameters;
        _tree = tree;
        _rewards = tree.Rewards(reward);
        _table = new Table(tree.Count, tree.Problem.Tokens);
        _optimizer = optim.Adam(_table.parameters(), _options.LearningRate);
    }

    /// <summary>What is known of it.</summary>
    public static new AlgorithmDescriptor<ExactPolicyGradientOptions> Descriptor { get; } = new()
    {
        Name = "exact_policy_gradient",
        Title = "Exact policy gradient",
        Summary = "Gradient ascent on E[r] - beta KL with a table of logits and exact expectations over all completions.",
        ActionSpaces = ["Discrete"],
    };

    /// <summary>float64 [C, V]; log-probabilities of the policy in every context of the tree.</summary>
    public double[] LogProbabilities()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return MemoryMarshal.Cast<byte, double>(Log().contiguous().bytes).ToArray();
    }

    /// <summary>Loads a run that was saved by <see cref="SupervisedLearner.Save"/>, to go on with it.</summary>
    /// <param name="path">What <see cref="SupervisedLearner.Save"/> wrote.</param>
    /// <param name="tree">The contexts that it had.</param>
    /// <param name="reward">The rewards that it had.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or another run, or of other contexts.</exception>
    public static ExactPolicyGradient Load(string path, TokenTree tree, CompletionProblem.Reward reward) =>
        Load(path, Descriptor, (options, _) => new ExactPolicyGradient(tree, reward, (ExactPolicyGradientOptions)options));

    private protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        using var scope = NewDisposeScope();
        var objective = _tree.Objective(Log(), tensor(_rewards, [_tree.Count, _tree.Problem.Tokens]), _options.KlCoefficient);
        NonFiniteException.ThrowIfNotFinite(objective.item<double>(), Descriptor.Title, Updates);
        _optimizer.zero_grad();
        (-objective).backward();
        _optimizer.step();
        return [new("objective/rlhf_reward", objective.item<double>())];
    }

    private protected override void ExchangeState(StateArchive archive)
    {
        archive.Optimizer("adam", _optimizer);
        archive.Module("table", _table);
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _optimizer.Dispose();
            _table.Dispose();
        }
    }

    private Tensor Log() => (_tree.ReferenceTensor() + _table.Logits).log_softmax(1);

    private sealed class Table : nn.Module
    {
        public Table(int contexts, int tokens)
            : base(nameof(Table))
        {
            Logits = nn.Parameter(zeros([contexts, tokens], float64));
            register_parameter("logits", Logits);
        }

        public Parameter Logits { get; }
    }
}
