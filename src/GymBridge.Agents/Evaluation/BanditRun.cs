using System.Runtime.InteropServices;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;

namespace GymBridge.Agents.Evaluation;

/// <summary>One run of a bandit algorithm, pull by pull.</summary>
/// <param name="Rewards">float64 [T]; what each pull paid.</param>
/// <param name="Regrets">float64 [T]; what the best arm pays on average less what the pulled one does; NaN where the environment does not tell it.</param>
public sealed record BanditRun(IReadOnlyList<double> Rewards, IReadOnlyList<double> Regrets)
{
    /// <summary>The sum of the regrets of the pulled arms: it has no noise of the rewards in it, and never falls.</summary>
    /// <remarks>Source: Bubeck and Cesa-Bianchi 2012, section 1.</remarks>
    public double PseudoRegret => Regrets.Sum();

    /// <summary>What the best arm pays on average, less the rewards themselves: the same on average, with their noise, and it may be negative.</summary>
    /// <param name="optimalReward">What the best arm pays on average: the attribute <c>optimal_reward</c> of the bandits here.</param>
    public double RealizedRegret(double optimalReward) => (optimalReward * Rewards.Count) - Rewards.Sum();

    /// <summary>Mean reward of the last pulls.</summary>
    /// <param name="count">How many.</param>
    public double MeanOfLast(int count) => Rewards.TakeLast(count).Average();

    /// <summary>Runs an algorithm many times from the start, each time with streams of its own.</summary>
    /// <param name="algorithm">A bandit algorithm.</param>
    /// <param name="options">Its options; <see cref="BanditOptions.StepsPerReport"/> is not looked at.</param>
    /// <param name="env">One lane, autoreset SameStep; stays the caller's.</param>
    /// <param name="steps">T: pulls of each run.</param>
    /// <param name="runs">Number of runs.</param>
    /// <param name="seed">Run i has the seed of stream (7, i) of this one, whatever the other runs do.</param>
    /// <param name="cancellationToken">Ends it between two runs.</param>
    /// <exception cref="ArgumentException">It is no bandit algorithm, there are several lanes, or nothing is to be run.</exception>
    public static IReadOnlyList<BanditRun> Repeat(
        AlgorithmDescriptor algorithm, AlgorithmOptions options, VectorEnv env, int steps, int runs, Seed seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(env);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        if (options is not BanditOptions bandit)
        {
            throw new ArgumentException($"{algorithm.Title} is no bandit algorithm: it looks further than the next pull. Its returns are what to compare.", nameof(algorithm));
        }

        if (env.NumEnvs != 1 || env.AutoresetMode != AutoresetMode.SameStep)
        {
            throw new ArgumentException($"A run has one lane and every step is a pull; make the environment with 1 lane and autoreset SameStep, not {env.NumEnvs} and {env.AutoresetMode}.", nameof(env));
        }

        var whole = bandit with { StepsPerReport = steps };
        var all = new BanditRun[runs];
        for (var i = 0; i < runs; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var run = (BanditAlgorithm)algorithm.Create(env, whole, RandomStreams.SeedOf(seed, StreamPurpose.Runs, i));
            run.Update();
            all[i] = new BanditRun(Numbers(run.LastRollout, "reward"), Numbers(run.LastRollout, "regret"));
        }

        return all;
    }

    private static double[] Numbers(RolloutTrace trace, string name) =>
        MemoryMarshal.Cast<byte, double>(trace.Fields.First(field => field.Name == name).Bytes).ToArray();
}
