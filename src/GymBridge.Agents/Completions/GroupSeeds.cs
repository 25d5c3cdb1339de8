using GymBridge.Seeding;
using GymBridge.Shared;

namespace GymBridge.Agents.Completions;

/// <summary>Seeds that let the lanes of a group start in one state: in a token environment, from one prompt.</summary>
internal static class GroupSeeds
{
    /// <summary>Throws unless the lanes are whole groups.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Check(VectorEnv env, int groupSize, string title)
    {
        if (env.NumEnvs % groupSize != 0)
        {
            throw new ArgumentException(
                $"{title} compares groups of {Plural.Of(groupSize, "lane")}, and the environment has {Plural.Of(env.NumEnvs, "lane")}, no whole number of groups; make the environment with a multiple of {groupSize} (--n-envs {Math.Max(1, env.NumEnvs / groupSize) * groupSize}), or set GroupSize.",
                nameof(env));
        }
    }

    /// <summary>One seed for each lane, the same within a group.</summary>
    public static Seed?[] Draw(Rng groups, int lanes, int groupSize)
    {
        var seeds = new Seed?[lanes];
        for (var start = 0; start < lanes; start += groupSize)
        {
            seeds.AsSpan(start, groupSize).Fill(groups.Integers(0L, int.MaxValue));
        }

        return seeds;
    }
}
