using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Learns from preferences between completions, an epoch of shuffled minibatches for each update.</summary>
public abstract class PreferenceLearner : SupervisedLearner
{
    private readonly CompletionProblem _problem;
    private readonly PreferenceBatch _data;
    private readonly Rng _minibatches;

    private protected PreferenceLearner(
        AlgorithmDescriptor descriptor, CompletionProblem problem, IReadOnlyList<PreferenceExample> examples, AlgorithmOptions options, Seed? seed)
        : base(descriptor, options, seed)
    {
        ArgumentNullException.ThrowIfNull(problem);
        _problem = problem;
        _data = new PreferenceBatch(problem, examples);
        _minibatches = RandomStreams.Create(Seed, StreamPurpose.Minibatches);
    }

    /// <summary>How well it tells which completion of a pair is preferred.</summary>
    /// <param name="examples">Pairs, such as ones that it does not learn from.</param>
    /// <returns>Mean loss, and the share of pairs whose preferred completion it rates higher.</returns>
    public (double Loss, double Accuracy) Evaluate(IReadOnlyList<PreferenceExample> examples)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var data = new PreferenceBatch(_problem, examples);
        var (preferred, rejected) = Rate(data, data.All);
        return (EvaluationLoss(preferred, rejected).item<float>(), preferred.gt(rejected).to_type(ScalarType.Float32).mean().item<float>());
    }

    private protected abstract int BatchSize { get; }

    private protected abstract optim.Optimizer Optimizer { get; }

    /// <summary>[B] each: what the completions of some pairs are worth.</summary>
    private protected abstract (Tensor Preferred, Tensor Rejected) Rate(PreferenceBatch data, int[] rows);

    /// <summary>[]; what is learned from.</summary>
    private protected abstract Tensor Loss(Tensor preferred, Tensor rejected);

    /// <summary>[]; the loss without what only steers the learning.</summary>
    private protected virtual Tensor EvaluationLoss(Tensor preferred, Tensor rejected) => Loss(preferred, rejected);

    /// <summary>What an epoch is reported as.</summary>
    private protected abstract IReadOnlyList<KeyValuePair<string, double>> Report(double loss, double accuracy, double preferred, double rejected);

    private protected sealed override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        int[] order = [.. _data.All];
        _minibatches.Shuffle<int>(order);
        var (total, right, chosen, refused) = (0.0, 0.0, 0.0, 0.0);
        foreach (var rows in order.Chunk(BatchSize))
        {
            using var scope = NewDisposeScope();
            var (preferred, rejected) = Rate(_data, rows);
            var loss = Loss(preferred, rejected);
            var value = loss.item<float>();
            NonFiniteException.ThrowIfNotFinite(value, Descriptor.Title, Examples);
            Optimizer.zero_grad();
            loss.backward();
            Optimizer.step();
            Examples += rows.Length;
            total += value * (double)rows.Length;
            right += preferred.gt(rejected).to_type(ScalarType.Float32).sum().item<float>();
            chosen += preferred.sum().item<float>();
            refused += rejected.sum().item<float>();
        }

        var count = order.Length;
        return Report(total / count, right / count, chosen / count, refused / count);
    }

    private protected override void ExchangeState(StateArchive archive) => archive.Stream("minibatches", _minibatches);
}
