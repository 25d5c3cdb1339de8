using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Fits a reward model to preferences: the negative log-likelihood of Bradley and Terry.</summary>
/// <remarks>Source: Christiano et al. 2017, arXiv:1706.03741; TRL, reward_trainer.py. See docs/algorithms/reward_model.md.</remarks>
public sealed class RewardLearner : SupervisedLearner
{
    private readonly RewardModelOptions _options;
    private readonly CompletionProblem _problem;
    private readonly PreferenceBatch _data;
    private readonly AdamW _optimizer;
    private readonly Rng _minibatches;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="problem">What the completions are about.</param>
    /// <param name="examples">The preferences.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, there are no examples, or one does not fit the problem.</exception>
    public RewardLearner(CompletionProblem problem, IReadOnlyList<PreferenceExample> examples, RewardModelOptions? options = null, Seed? seed = null)
        : base(Descriptor, options ?? new RewardModelOptions(), seed)
    {
        ArgumentNullException.ThrowIfNull(problem);
        _options = (RewardModelOptions)Hyperparameters;
        _problem = problem;
        _data = new PreferenceBatch(problem, examples);
        Model = new RewardModel(problem.ObservationSpace, _options, Seed);
        _optimizer = optim.AdamW(Model.Module.parameters(), _options.LearningRate, weight_decay: _options.WeightDecay);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
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

    /// <summary>Loads a run.</summary>
    /// <param name="path">What <see cref="SupervisedLearner.Save"/> wrote.</param>
    /// <param name="problem">The problem that it had.</param>
    /// <param name="examples">The preferences that it had.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or another run.</exception>
    public static RewardLearner Load(string path, CompletionProblem problem, IReadOnlyList<PreferenceExample> examples) =>
        Load(path, Descriptor, (options, seed) => new RewardLearner(problem, examples, (RewardModelOptions)options, seed));

    /// <summary>How well the model tells which completion of a pair is preferred.</summary>
    /// <returns>Mean negative log-likelihood, and the share of pairs whose preferred completion has the higher score.</returns>
    public (double Loss, double Accuracy) Evaluate(IReadOnlyList<PreferenceExample> examples)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var data = new PreferenceBatch(_problem, examples);
        var (preferred, rejected) = Scores(data, data.All);
        return (BradleyTerry.Loss(preferred, rejected, _options.Margin).item<float>(), preferred.gt(rejected).to_type(ScalarType.Float32).mean().item<float>());
    }

    /// <summary>An epoch of shuffled minibatches.</summary>
    private protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        int[] order = [.. _data.All];
        _minibatches.Shuffle<int>(order);
        var (total, right) = (0.0, 0.0);
        foreach (var rows in order.Chunk(_options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var (preferred, rejected) = Scores(_data, rows);
            var loss = BradleyTerry.Loss(preferred, rejected, _options.Margin, _options.Centring);
            NonFiniteException.ThrowIfNotFinite(loss.item<float>(), Descriptor.Title, Examples);
            _optimizer.zero_grad();
            loss.backward();
            _optimizer.step();
            Examples += rows.Length;
            total += loss.item<float>() * (double)rows.Length;
            right += preferred.gt(rejected).to_type(ScalarType.Float32).sum().item<float>();
        }

        return [new("train/loss", total / order.Length), new("train/accuracy", right / order.Length)];
    }

    private protected override void ExchangeState(StateArchive archive)
    {
        archive.Optimizer("adamw", _optimizer);
        archive.Stream("minibatches", _minibatches);
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

    private (Tensor Preferred, Tensor Rejected) Scores(PreferenceBatch data, int[] rows) =>
        (Model.Score(data.Preferred.Finals(rows)), Model.Score(data.Rejected.Finals(rows)));
}
