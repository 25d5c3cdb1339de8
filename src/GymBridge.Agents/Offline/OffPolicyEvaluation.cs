using System.Globalization;

namespace GymBridge.Agents.Offline;

/// <summary>What a policy would earn, judged from the log of another one.</summary>
/// <param name="ImportanceSampling">IPS, mean(w r): unbiased, and noisy where weights are large.</param>
/// <param name="SelfNormalized">SNIPS, sum(w r) / sum(w): a little bias for much less noise; within the range of the rewards.</param>
/// <param name="DirectMethod">DM, mean over decisions of sum pi Q: as good as the model; NaN without one.</param>
/// <param name="DoublyRobust">DR, DM + mean(w (r - Q)): right where the model or the weights are; NaN without a model.</param>
/// <param name="EffectiveSampleSize">ESS, (sum w)^2 / sum w^2: the decisions of a log of its own that would say as much; from 1 to n.</param>
/// <param name="Decisions">n: decisions of the log.</param>
/// <param name="Coverage">Each action's coverage.</param>
/// <remarks>w = pi(a) / mu(a). Sources: Horvitz and Thompson 1952; Swaminathan and Joachims 2015 (SNIPS); Dudik, Langford and Li 2011,
/// arXiv:1103.4601 (DM, DR); Kong 1992 (ESS).</remarks>
public sealed record OffPolicyEvaluation(
    double ImportanceSampling,
    double SelfNormalized,
    double DirectMethod,
    double DoublyRobust,
    double EffectiveSampleSize,
    int Decisions,
    IReadOnlyList<ActionCoverage> Coverage)
{
    private const double SumTolerance = 1e-6;

    /// <summary>Estimates what a policy would earn, from decisions that another one made.</summary>
    /// <param name="log">Decisions with the probabilities of both policies.</param>
    /// <exception cref="ArgumentException">The log is empty, or a decision is no decision: lengths differ, probabilities do not sum to 1,
    /// a number is not finite, or the action that was taken had the probability 0.</exception>
    /// <exception cref="CoverageException">The policy takes an action that the log's policy never takes: no weight can make up for that.</exception>
    public static OffPolicyEvaluation Of(IReadOnlyList<LoggedDecision> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Check(log);
        var coverage = CoverageOf(log);
        ThrowIfUncovered(coverage);
        var weights = log.Select(WeightOf).ToArray();
        var weighted = log.Zip(weights, (decision, weight) => weight * decision.Reward).Sum();
        var squares = weights.Sum(weight => weight * weight);
        var model = log.All(decision => decision.Values is not null);
        var direct = model ? log.Average(ValueOf) : double.NaN;
        var correction = model ? log.Zip(weights, (decision, weight) => weight * (decision.Reward - decision.Values![decision.Action])).Average() : double.NaN;
        return new OffPolicyEvaluation(
            weighted / log.Count,
            weighted / weights.Sum(),
            direct,
            direct + correction,
            squares == 0 ? 0 : weights.Sum() * weights.Sum() / squares,
            log.Count,
            coverage);
    }

    /// <summary>How well a log covers each action, without judging anything.</summary>
    /// <exception cref="ArgumentException">As <see cref="Of"/>.</exception>
    public static IReadOnlyList<ActionCoverage> CoverageOf(IReadOnlyList<LoggedDecision> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Check(log);
        return [.. Enumerable.Range(0, log[0].Behavior.Count).Select(action => new ActionCoverage(
            action,
            log.Count(decision => decision.Action == action),
            log.Average(decision => decision.Behavior[action]),
            log.Average(decision => decision.Target[action]),
            log.Average(decision => decision.Behavior[action] == 0 ? decision.Target[action] : 0),
            log.Where(decision => decision.Action == action).Select(WeightOf).DefaultIfEmpty().Max()))];
    }

    private static double WeightOf(LoggedDecision decision) => decision.Target[decision.Action] / decision.Behavior[decision.Action];

    private static double ValueOf(LoggedDecision decision) => decision.Target.Zip(decision.Values!, (share, value) => share * value).Sum();

    private static void ThrowIfUncovered(IReadOnlyList<ActionCoverage> coverage)
    {
        if (coverage.FirstOrDefault(action => action.UncoveredShare > 0) is { } missing)
        {
            throw new CoverageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The log cannot judge this policy: it takes action {missing.Action} in {missing.UncoveredShare:P1} of the decisions where the log's policy never does. Judge a policy that stays with what the log covers, or log with a policy that explores."),
                coverage);
        }
    }

    private static void Check(IReadOnlyList<LoggedDecision> log)
    {
        if (log.Count == 0)
        {
            throw new ArgumentException("A log needs at least one decision, got none.", nameof(log));
        }

        var actions = log[0].Behavior.Count;
        for (var i = 0; i < log.Count; i++)
        {
            if (FaultOf(log[i], actions) is { } fault)
            {
                throw new ArgumentException($"Decision {i} of the log {fault}.", nameof(log));
            }
        }
    }

    private static string? FaultOf(LoggedDecision decision, int actions)
    {
        if (decision.Behavior.Count != actions || decision.Target.Count != actions || (decision.Values is { } values && values.Count != actions))
        {
            return $"has {decision.Behavior.Count} probabilities of the log's policy, {decision.Target.Count} of the judged one and {decision.Values?.Count ?? actions} values; the first decision has {actions} actions";
        }

        if ((uint)decision.Action >= (uint)actions)
        {
            return $"has action {decision.Action}; there are 0 to {actions - 1}";
        }

        if (!IsDistribution(decision.Behavior) || !IsDistribution(decision.Target))
        {
            return $"has probabilities [{Text(decision.Behavior)}] and [{Text(decision.Target)}]; each must be in [0, 1] and sum to 1";
        }

        if (!double.IsFinite(decision.Reward) || decision.Values?.All(double.IsFinite) == false)
        {
            return $"has a reward or value that is not finite ({decision.Reward.ToString(CultureInfo.InvariantCulture)})";
        }

        return decision.Behavior[decision.Action] > 0 ? null
            : $"took action {decision.Action}, which its own policy never takes (probability 0): the probabilities are not those that it acted by";
    }

    private static bool IsDistribution(IReadOnlyList<double> probabilities) =>
        probabilities.All(probability => probability is >= 0 and <= 1) && Math.Abs(probabilities.Sum() - 1) <= SumTolerance;

    private static string Text(IReadOnlyList<double> numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
