using GymBridge.Shared;

namespace GymBridge.Cli.Commands;

/// <summary>What a run is told before it begins about how much its algorithm does at once.</summary>
internal static class UpdateSize
{
    // From here on an update takes longer than a signal waits for.
    private const long Large = 2_000_000;

    /// <summary>A sentence for each thing that may surprise.</summary>
    /// <param name="algorithm">Its name.</param>
    /// <param name="lanes">Lanes of the environment.</param>
    /// <param name="atOnce">Timesteps between two updates.</param>
    /// <param name="asked">Timesteps that the run is to make.</param>
    public static IEnumerable<string> Warnings(string algorithm, int lanes, long atOnce, long asked)
    {
        var what = $"{Plural.Of(atOnce / lanes, "step")} of {(lanes == 1 ? "its one lane" : $"each of {lanes} lanes")} at once, {Plural.Of(atOnce, "timestep")} in all";
        if (atOnce > asked)
        {
            yield return $"{algorithm} makes {what}, where {asked} are asked for: the run goes beyond. Fewer lanes (--num-envs), or fewer steps at once, keep closer to it.";
        }

        if (atOnce >= Large)
        {
            yield return $"{algorithm} learns from {what}, before anything is logged or saved: that takes minutes, and a signal that comes meanwhile loses it. Fewer lanes (--num-envs), or fewer steps at once, take less.";
        }
    }
}
