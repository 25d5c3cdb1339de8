using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Direct preference optimization: a policy is fitted to preferences as if it were its own reward model.</summary>
/// <remarks>Source: Rafailov et al. 2023, arXiv:2305.18290; TRL, dpo_trainer.py. The log-probabilities of the reference policy are known
/// exactly and computed once. See docs/algorithms/dpo.md.</remarks>
public sealed class Dpo : SupervisedLearner
{
    private readonly DpoOptions _options;
    private readonly CompletionProblem _problem;
    private readonly PreferenceBatch _data;
    private readonly ActorCriticNetwork _network;
    private readonly Adam _optimizer;
    private readonly Rng _minibatches;

    /// <summary>Starts a run at the reference policy.</summary>
    /// <param name="problem">What the completions are about, and the reference policy.</param>
    /// <param name="examples">The preferences.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, there are no examples, or one does not fit the problem.</exception>
    public Dpo(CompletionProblem problem, IReadOnlyList<PreferenceExample> examples, DpoOptions? options = null, Seed? seed = null)
        : base(Descriptor, options ?? new DpoOptions(), seed)
    {
        ArgumentNullException.ThrowIfNull(problem);
        _options = (DpoOptions)Hyperparameters;
        _problem = problem;
        _data = new PreferenceBatch(problem, examples);
        var kind = _options.Network == FeatureNetworkKind.Auto ? FeatureNetworkKind.OneHot : _options.Network;
        Policy = new Policy(
            Descriptor.Name,
            Descriptor.Title,
            null,
            problem.ObservationSpace,
            problem.ActionSpace,
            ReferenceNetworks.Spec(_options.HiddenSizes, _options.Activation) with { Features = kind, ScalesBytes = true },
            null,
            Seed,
            null);
        _network = (ActorCriticNetwork)Policy.Module;
        _optimizer = optim.Adam(_network.PolicyParameters(), _options.LearningRate);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
    }

    /// <summary>What is known of DPO.</summary>
    public static new AlgorithmDescriptor<DpoOptions> Descriptor { get; } = new()
    {
        Name = "dpo",
        Title = "DPO",
        Summary = "Direct preference optimization: a policy fitted to preferences, without a reward model and without sampling.",
        ActionSpaces = ["Discrete"],
    };

    /// <summary>The policy in training; disposed with the learner.</summary>
    public Policy Policy { get; }

    /// <summary>Loads a run.</summary>
    /// <param name="path">What <see cref="SupervisedLearner.Save"/> wrote.</param>
    /// <param name="problem">The problem that it had.</param>
    /// <param name="examples">The preferences that it had.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or another run.</exception>
    public static Dpo Load(string path, CompletionProblem problem, IReadOnlyList<PreferenceExample> examples) =>
        Load(path, Descriptor, (options, seed) => new Dpo(problem, examples, (DpoOptions)options, seed));

    /// <summary>How well the policy, as its own reward model, tells which completion of a pair is preferred.</summary>
    /// <returns>Mean loss, and the share of pairs whose preferred completion has the higher implicit reward.</returns>
    public (double Loss, double Accuracy) Evaluate(IReadOnlyList<PreferenceExample> examples)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var data = new PreferenceBatch(_problem, examples);
        var (preferred, rejected) = ImplicitRewards(data, data.All);
        return (Loss(preferred - rejected).item<float>(), preferred.gt(rejected).to_type(ScalarType.Float32).mean().item<float>());
    }

    /// <summary>An epoch of shuffled minibatches.</summary>
    private protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        int[] order = [.. _data.All];
        _minibatches.Shuffle<int>(order);
        var (total, right, chosen, refused) = (0.0, 0.0, 0.0, 0.0);
        foreach (var rows in order.Chunk(_options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var (preferred, rejected) = ImplicitRewards(_data, rows);
            var loss = Loss(preferred - rejected);
            NonFiniteException.ThrowIfNotFinite(loss.item<float>(), Descriptor.Title, Examples);
            _optimizer.zero_grad();
            loss.backward();
            _optimizer.step();
            Examples += rows.Length;
            total += loss.item<float>() * (double)rows.Length;
            right += preferred.gt(rejected).to_type(ScalarType.Float32).sum().item<float>();

            // Apart: both may fall while the loss does.
            chosen += preferred.sum().item<float>();
            refused += rejected.sum().item<float>();
        }

        var count = order.Length;
        return
        [
            new("train/loss", total / count),
            new("rewards/accuracies", right / count),
            new("rewards/chosen", chosen / count),
            new("rewards/rejected", refused / count),
        ];
    }

    private protected override void ExchangeState(StateArchive archive)
    {
        archive.Optimizer("adam", _optimizer);
        archive.Stream("minibatches", _minibatches);
        Policy.Exchange(archive);
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _optimizer.Dispose();
            Policy.Dispose();
        }
    }

    private (Tensor Preferred, Tensor Rejected) ImplicitRewards(PreferenceBatch data, int[] rows) =>
    (
        DirectPreference.ImplicitReward(data.Preferred.LogProbabilities(_network, rows), data.Preferred.Reference(rows), _options.KlCoefficient),
        DirectPreference.ImplicitReward(data.Rejected.LogProbabilities(_network, rows), data.Rejected.Reference(rows), _options.KlCoefficient));

    private Tensor Loss(Tensor margin) => (_options.Loss == PreferenceLoss.Ipo
        ? DirectPreference.IdentityLoss(margin, _options.KlCoefficient)
        : DirectPreference.SigmoidLoss(margin, _options.LabelSmoothing)).mean();
}
