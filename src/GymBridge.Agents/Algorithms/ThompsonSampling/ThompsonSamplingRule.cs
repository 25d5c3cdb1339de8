using System.Globalization;
using GymBridge.Agents.Distributions;
using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>A Beta posterior for each arm; the arm whose draw is the greatest.</summary>
/// <param name="PriorSuccesses">alpha of the prior.</param>
/// <param name="PriorFailures">beta of the prior.</param>
internal sealed record ThompsonSamplingRule(double PriorSuccesses, double PriorFailures) : BanditRule
{
    public override IReadOnlyList<ArmTable> Tables(int features) => [new("alpha", PriorSuccesses), new("beta", PriorFailures)];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream)
    {
        var draws = arms.Scratch;
        for (var arm = 0; arm < draws.Length; arm++)
        {
            draws[arm] = BetaSampling.Beta(stream, arms["alpha"][arm], arms["beta"][arm]);
        }

        return ActionProbabilities.ArgMax(draws);
    }

    public override int Best(ArmTables arms, ReadOnlySpan<float> context)
    {
        var means = arms.Scratch;
        for (var arm = 0; arm < means.Length; arm++)
        {
            means[arm] = new BetaPosterior(arms["alpha"][arm], arms["beta"][arm]).Mean;
        }

        return ActionProbabilities.ArgMax(means);
    }

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream)
    {
        if (reward is not (>= 0 and <= 1))
        {
            throw new GymBridgeException(string.Create(
                CultureInfo.InvariantCulture,
                $"Thompson sampling needs rewards in [0, 1], for a Beta posterior of each arm; arm {arm} paid {reward}. Scale them with TransformReward or ClipReward, or choose ucb1, boltzmann or epsilon_greedy."));
        }

        var success = reward is 0 or 1 ? reward : stream.Random() < reward ? 1 : 0;
        var posterior = new BetaPosterior(arms["alpha"][arm], arms["beta"][arm]).After(success);
        (arms["alpha"][arm], arms["beta"][arm]) = posterior;
    }
}
