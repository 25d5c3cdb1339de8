using System.Globalization;
using GymBridge.Agents;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Reproducibility;
using GymBridge.Environments.Teaching;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Learning;

/// <summary>Measures what was learnt on the preference task by exact sums over all completions, and trains what steps no environment.</summary>
internal static class CompletionMeasurement
{
    private const int TrainingPairs = 3600;
    private const int RewardEpochs = 4;
    private const double LeastRanking = 0.8;
    private const double LeastLabels = 0.61;
    private const double MostLoss = 0.65;

    private static readonly PreferenceTask Task = new();

    private static readonly Lazy<TokenTree> Tree = new(() => new TokenTree(
        new CompletionProblem(Task.Prompts, Task.MaxLength, Tokens.Count, Tokens.End, Task.ReferenceLogProbabilities)));

    private static readonly Lazy<double[]> Gold = new(() => Tree.Value.Rewards(Task.GoldReward));

    private static readonly Lazy<PreferenceExample[]> Preferences = new(() =>
    [
        .. Task.Pairs().Select(pair => pair.PrefersFirst
            ? new PreferenceExample(pair.Prompt, pair.First, pair.Second)
            : new PreferenceExample(pair.Prompt, pair.Second, pair.First)),
    ]);

    /// <summary>What a reward model has to keep beside its measure, in words.</summary>
    public static string AskedOfRewards { get; } = string.Create(CultureInfo.InvariantCulture, $"labels >= {LeastLabels}; loss <= {MostLoss}");

    /// <summary>What a policy fitted to preferences has to keep beside its measure, in words.</summary>
    public static string AskedOfPreferences { get; } = string.Create(CultureInfo.InvariantCulture, $"ranking >= {LeastRanking}; held-out loss < {Math.Log(2):F4}");

    /// <summary>The value of a policy, and whether its divergence from the reference is in the row's range.</summary>
    public static (double Value, bool IsInBounds) Measure(LearningRow row, Policy policy) => Measure(row, Tree.Value.LogProbabilities(policy));

    /// <summary>Fits a reward model to all pairs and saves it.</summary>
    public static void FitReward(string path, long seed)
    {
        using var learner = new RewardLearner(Tree.Value.Problem, Preferences.Value, seed: seed);
        learner.Learn(RewardEpochs);
        learner.Model.Save(path);
    }

    /// <summary>Trains what steps no environment; the row's timesteps are its updates.</summary>
    public static LearningResult Run(LearningRow row, long seed, TimeProvider time, CancellationToken cancellation)
    {
        var options = LearningRun.SettingsOf(row).Options;
        var start = time.GetTimestamp();
        using SupervisedLearner learner = options switch
        {
            DpoOptions dpo => new Dpo(Tree.Value.Problem, Preferences.Value[..TrainingPairs], dpo, seed),
            RewardModelOptions model => new RewardLearner(Tree.Value.Problem, Preferences.Value[..TrainingPairs], model, seed),
            _ => new ExactPolicyGradient(Tree.Value, Task.GoldReward, (ExactPolicyGradientOptions)options),
        };
        var (updates, values) = (new List<double>(), new List<double>());
        while (learner.Updates < row.Timesteps)
        {
            cancellation.ThrowIfCancellationRequested();
            var report = learner.Update();
            updates.Add(report.Update);
            values.Add(report.Metrics[0].Value);
        }

        var (value, isInBounds) = learner switch
        {
            Dpo dpo => MeasureDpo(row, dpo),
            RewardLearner model => MeasureReward(model),
            _ => Measure(row, ((ExactPolicyGradient)learner).LogProbabilities()),
        };
        var digest = learner is Dpo { Policy: var policy } ? UpdateDigest.OfWeights(policy) : string.Empty;
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return new LearningResult(seed, value, row.Timesteps, seconds, digest, isInBounds) { Curve = new Curve(updates, values) };
    }

    private static (double Value, bool IsInBounds) MeasureDpo(LearningRow row, Dpo dpo)
    {
        var (value, isInBounds) = Measure(row, dpo.Policy);
        var heldOut = Preferences.Value[TrainingPairs..];
        return (value, isInBounds && dpo.Evaluate(heldOut).Loss < Math.Log(2) && dpo.Evaluate(Ranked(heldOut)).Accuracy >= LeastRanking);
    }

    private static (double Value, bool IsInBounds) MeasureReward(RewardLearner learner)
    {
        var heldOut = Preferences.Value[TrainingPairs..];
        var (loss, accuracy) = learner.Evaluate(heldOut);
        return (learner.Evaluate(Ranked(heldOut)).Accuracy, loss <= MostLoss && accuracy >= LeastLabels);
    }

    private static (double Value, bool IsInBounds) Measure(LearningRow row, double[] logProbabilities)
    {
        var (score, kl) = Tree.Value.Evaluate(logProbabilities, Gold.Value);
        var isInBounds = row.Kl is not { } range || (kl >= range.Low && kl <= range.High);
        return (row.Measure == LearningMeasure.Objective ? score - (row.Beta * kl) : score, isInBounds);
    }

    /// <summary>Pairs that the hidden reward tells apart, the better one first.</summary>
    private static List<PreferenceExample> Ranked(IEnumerable<PreferenceExample> examples)
    {
        var ranked = new List<PreferenceExample>();
        foreach (var example in examples)
        {
            var margin = Task.GoldReward(example.Prompt, [.. example.Preferred]) - Task.GoldReward(example.Prompt, [.. example.Rejected]);
            if (margin != 0)
            {
                ranked.Add(margin > 0 ? example : new PreferenceExample(example.Prompt, example.Rejected, example.Preferred));
            }
        }

        return ranked;
    }
}
