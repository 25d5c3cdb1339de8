using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Fits a reward model to preferences: the negative log-likelihood of Bradley and Terry.</summary>
/// <remarks>Source: Christiano et al. 2017, arXiv:1706.03741; TRL, reward_trainer.py. See docs/algorithms/reward_model.md.</remarks>
public sealed class RewardLearner : PreferenceLearner
{
    private readonly RewardModelOptions _options;
    private readonly AdamW _optimizer;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="problem">What the completions are about.</param>
    /// <param name="examples">The preferences.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, there are no examples, or one does not fit the problem.</exception>
    public RewardLearner(CompletionProblem problem, IReadOnlyList<PreferenceExample> examples, RewardModelOptions? options = null, Seed? seed = null)
        : base(Descriptor, problem, examples, options ?? new RewardModelOptions(), seed)
    {
        _options = (RewardModelOptions)Hyperparameters;
        Model = new RewardModel(problem.ObservationSpace, _options, Seed);
        _optimizer = optim.AdamW(Model.Module.parameters(), _options.LearningRate, weight_decay: _options.WeightDecay);
    }

    /// <summary>What is known of it.</summary>
    public static new AlgorithmDescriptor<RewardModelOptions> Descriptor { get; } = new()
    {
        Name = "reward_model",
        Title = "Reward model",
        Summary = "A score of completions under which preferences between them are likely (Bradley-Terry).",
        ActionSpaces = ["Discrete"],
    };

    /// <summary>The model in training; disposed with the learner.</summary>
    public RewardModel Model { get; }

    /// <summary>Loads a run that was saved by <see cref="SupervisedLearner.Save"/>, to go on with it.</summary>
    /// <param name="path">What <see cref="SupervisedLearner.Save"/> wrote.</param>
    /// <param name="problem">The problem that it had.</param>
    /// <param name="examples">The preferences that it had.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or another run.</exception>
    public static RewardLearner Load(string path, CompletionProblem problem, IReadOnlyList<PreferenceExample> examples) =>
        Load(path, Descriptor, (options, seed) => new RewardLearner(problem, examples, (RewardModelOptions)options, seed));

    private protected override int BatchSize => _options.BatchSize;

    private protected override optim.Optimizer Optimizer => _optimizer;

    private protected override (Tensor Preferred, Tensor Rejected) Rate(PreferenceBatch data, int[] rows) =>
        (Model.Score(data.Preferred.Finals(rows)), Model.Score(data.Rejected.Finals(rows)));

    private protected override Tensor Loss(Tensor preferred, Tensor rejected) =>
        BradleyTerry.Loss(preferred, rejected, _options.Margin, _options.Centring);

    private protected override Tensor EvaluationLoss(Tensor preferred, Tensor rejected) => BradleyTerry.Loss(preferred, rejected, _options.Margin);

    private protected override IReadOnlyList<KeyValuePair<string, double>> Report(double loss, double accuracy, double preferred, double rejected) =>
        [new("train/loss", loss), new("train/accuracy", accuracy)];

    private protected override void ExchangeState(StateArchive archive)
    {
        base.ExchangeState(archive);
        archive.Optimizer("adamw", _optimizer);
        Model.Exchange(archive);
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _optimizer.Dispose();
            Model.Dispose();
        }
    }
}
