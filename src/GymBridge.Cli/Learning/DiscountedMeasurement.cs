using GymBridge.Agents;
using GymBridge.Agents.Randomness;

namespace GymBridge.Cli.Learning;

/// <summary>The mean discounted return of a greedy policy, over as many episodes as tell two policies apart whose rewards are mostly chance.</summary>
internal static class DiscountedMeasurement
{
    private const int Lanes = 500;
    private const int EpisodesOfALane = 400;

    private static readonly MakeOptions Options = new() { AutoresetMode = AutoresetMode.SameStep };

    public static double Measure(LearningRow row, Algorithm algorithm, EnvironmentSource source, CancellationToken cancellation)
    {
        using var env = source.MakeVec(row.EnvId, Lanes, Options with { Kwargs = row.EvaluationKwargs ?? row.Kwargs });
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        var (discounts, sums, episodes) = (new double[Lanes], new double[Lanes], new int[Lanes]);
        Array.Fill(discounts, 1);
        env.Reset(step, RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation));
        while (Array.Exists(episodes, count => count < EpisodesOfALane))
        {
            cancellation.ThrowIfCancellationRequested();
            algorithm.Policy.Act(step.Observations, actions);
            env.Step(actions, step);
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (episodes[lane] == EpisodesOfALane)
                {
                    continue;
                }

                sums[lane] += discounts[lane] * step.Rewards[lane];
                var ended = step.Terminated[lane] || step.Truncated[lane];
                discounts[lane] = ended ? 1 : discounts[lane] * row.Discount;
                episodes[lane] += ended ? 1 : 0;
            }
        }

        return sums.Average() / EpisodesOfALane;
    }
}
