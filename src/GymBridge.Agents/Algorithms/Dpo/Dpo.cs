using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Direct preference optimization: a policy is fitted to preferences as if it were its own reward model.</summary>
/// <remarks>Source: Rafailov et al. 2023, arXiv:2305.18290; TRL, dpo_trainer.py. The log-probabilities of the reference policy are known
/// exactly and computed once. See docs/algorithms/dpo.md.</remarks>
public sealed class Dpo : PreferenceLearner
{
    private readonly DpoOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Adam _optimizer;

    /// <summary>Starts a run at the reference policy.</summary>
    /// <param name="problem">What the completions are about, and the reference policy.</param>
    /// <param name="examples">The preferences.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, there are no examples, or one does not fit the problem.</exception>
    public Dpo(CompletionProblem problem, IReadOnlyList<PreferenceExample> examples, DpoOptions? options = null, Seed? seed = null)
        : base(Descriptor, problem, examples, options ?? new DpoOptions(), seed)
    {
        _options = (DpoOptions)Hyperparameters;
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

    /// <summary>Loads a run that was saved by <see cref="SupervisedLearner.Save"/>, to go on with it.</summary>
    /// <param name="path">What <see cref="SupervisedLearner.Save"/> wrote.</param>
    /// <param name="problem">The problem that it had.</param>
    /// <param name="examples">The preferences that it had.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or another run.</exception>
    public static Dpo Load(string path, CompletionProblem problem, IReadOnlyList<PreferenceExample> examples) =>
        Load(path, Descriptor, (options, seed) => new Dpo(problem, examples, (DpoOptions)options, seed));

    private protected override int BatchSize => _options.BatchSize;

    private protected override optim.Optimizer Optimizer => _optimizer;

    /// <summary>Implicit rewards: the policy is its own reward model.</summary>
    private protected override (Tensor Preferred, Tensor Rejected) Rate(PreferenceBatch data, int[] rows) =>
    (
        DirectPreference.ImplicitReward(data.Preferred.LogProbabilities(_network, rows), data.Preferred.Reference(rows), _options.KlCoefficient),
        DirectPreference.ImplicitReward(data.Rejected.LogProbabilities(_network, rows), data.Rejected.Reference(rows), _options.KlCoefficient));

    private protected override Tensor Loss(Tensor preferred, Tensor rejected) => (_options.Loss == PreferenceLoss.Ipo
        ? DirectPreference.IdentityLoss(preferred - rejected, _options.KlCoefficient)
        : DirectPreference.SigmoidLoss(preferred - rejected, _options.LabelSmoothing)).mean();

    // The rewards apart: both may fall while the loss does.
    private protected override IReadOnlyList<KeyValuePair<string, double>> Report(double loss, double accuracy, double preferred, double rejected) =>
    [
        new("train/loss", loss), new("rewards/accuracies", accuracy), new("rewards/chosen", preferred), new("rewards/rejected", rejected),
    ];

    private protected override void ExchangeState(StateArchive archive)
    {
        base.ExchangeState(archive);
        archive.Optimizer("adam", _optimizer);
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
}
