using GymBridge.Agents.Offline;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Offline;

/// <summary>Judging a policy from the log of another one.</summary>
public class OffPolicyEvaluationTests
{
    private static double[] Behavior => Oracles.Numbers("bandits", "off_policy_eval", "behaviour");

    private static double[] Target => Oracles.Numbers("bandits", "off_policy_eval", "target");

    private static double[] Values => Oracles.Numbers("bandits", "off_policy_eval", "q_hat");

    private static IEnumerable<(int Action, double Reward)> HandLog =>
        Oracles.Numbers("bandits", "off_policy_eval", "log").Chunk(2).Select(entry => ((int)entry[0], entry[1]));

    [Fact]
    public void Of_HandLog_HasTheHandWorkedEstimates()
    {
        var estimate = OffPolicyEvaluation.Of([.. HandLog.Select(entry => new LoggedDecision(entry.Action, entry.Reward, Behavior, Target, Values))]);
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "IPS"), estimate.ImportanceSampling, 1e-9);
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "SNIPS"), estimate.SelfNormalized, 1e-9);
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "DM"), estimate.DirectMethod, 1e-9);
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "DR"), estimate.DoublyRobust, 1e-9);
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "ESS"), estimate.EffectiveSampleSize, 1e-9);
        Assert.Equal(8, estimate.Decisions);
        Assert.Equal([3, 2, 3], estimate.Coverage.Select(action => action.Taken));
        Assert.Equal(4, estimate.Coverage[2].GreatestWeight, 1e-12);
    }

    [Fact]
    public void Of_WithoutModel_HasNoDirectMethod()
    {
        var estimate = OffPolicyEvaluation.Of([.. HandLog.Select(entry => new LoggedDecision(entry.Action, entry.Reward, Behavior, Target))]);
        Assert.Equal((double.NaN, double.NaN), (estimate.DirectMethod, estimate.DoublyRobust));
        Assert.Equal(Oracles.Number("bandits", "off_policy_eval", "IPS"), estimate.ImportanceSampling, 1e-9);
    }

    [Fact]
    public void Of_ActionsThatTheLogNeverTakes_IsRefusedWithItsCoverage()
    {
        // M7: mu = 0 where pi > 0; no weight makes up for what was never tried.
        var log = new[] { new LoggedDecision(0, 1, [1, 0], [0.75, 0.25]), new LoggedDecision(0, 1, [0.5, 0.5], [0.75, 0.25]) };
        var exception = Assert.Throws<CoverageException>(() => OffPolicyEvaluation.Of(log));
        Assert.Contains("takes action 1 in 12.5 % of the decisions where the log's policy never does", exception.Message, StringComparison.Ordinal);
        Assert.Equal([0, 0.125], exception.Coverage.Select(action => action.UncoveredShare));
        Assert.Equal([0, 0.125], OffPolicyEvaluation.CoverageOf(log).Select(action => action.UncoveredShare));
    }

    [Theory]
    [InlineData("took action 1, which its own policy never takes", 1, 1.0, new[] { 1.0, 0 }, new[] { 1.0, 0 })]
    [InlineData("has action 2; there are 0 to 1", 2, 1.0, new[] { 0.5, 0.5 }, new[] { 1.0, 0 })]
    [InlineData("must be in [0, 1] and sum to 1", 0, 1.0, new[] { 0.5, 0.4 }, new[] { 1.0, 0 })]
    [InlineData("is not finite (NaN)", 0, double.NaN, new[] { 0.5, 0.5 }, new[] { 1.0, 0 })]
    [InlineData("the first decision has 2 actions", 0, 1.0, new[] { 0.5, 0.5 }, new[] { 1.0 })]
    public void Of_DamagedLog_SaysWhichDecisionIsWrong(string message, int action, double reward, double[] behavior, double[] target)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => OffPolicyEvaluation.Of([new(0, 1, [0.5, 0.5], [0.5, 0.5]), new(action, reward, behavior, target)]));
        Assert.Contains("Decision 1 of the log ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Contains("at least one decision", Assert.Throws<ArgumentException>(() => OffPolicyEvaluation.Of([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LongLogs_AgreesWithTheTruthAndIsDoublyRobust()
    {
        // A wrong model and right weights: DR and IPS are right, DM is not.
        double[] means = [0.2, 0.5, 0.9];
        var truth = Target.Zip(means).Sum(pair => pair.First * pair.Second);
        var stream = new Rng(5);
        var log = new List<LoggedDecision>();
        for (var i = 0; i < 20_000; i++)
        {
            var action = stream.Choice(Behavior);
            log.Add(new LoggedDecision(action, stream.Random() < means[action] ? 1 : 0, Behavior, Target, [0.9, 0.9, 0.1]));
        }

        var estimate = OffPolicyEvaluation.Of(log);
        Assert.Equal(truth, estimate.ImportanceSampling, 0.04);
        Assert.Equal(truth, estimate.SelfNormalized, 0.03);
        Assert.Equal(truth, estimate.DoublyRobust, 0.06);
        Assert.Equal(0.26, estimate.DirectMethod, 1e-9);
        Assert.InRange(estimate.EffectiveSampleSize, 5_700, 6_300); // n / sum(pi^2 / mu) = n / 3.253, of 20 000
    }
}
