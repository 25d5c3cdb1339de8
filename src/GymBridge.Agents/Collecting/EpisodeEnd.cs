using System.Globalization;

namespace GymBridge.Agents.Collecting;

/// <summary>What the last step of a lane means for the episodes that people count.</summary>
/// <remarks>An environment whose rewards are clipped or whose episodes are single lives says in the info of the last step what the whole
/// game brought: <c>episode</c> with <c>r</c> and <c>l</c>, as Gymnasium's RecordEpisodeStatistics and Stable-Baselines3's Monitor do, and
/// <c>life_lost</c> where the game goes on.</remarks>
/// <param name="IsEnd">Whether an episode has ended.</param>
/// <param name="Return">Its return where the environment says it; else null: the sum of the rewards.</param>
/// <param name="Length">Its length where the environment says it; else null: the number of steps.</param>
internal readonly record struct EpisodeEnd(bool IsEnd, double? Return, long? Length)
{
    private const string EpisodeKey = "episode";
    private const string ReturnKey = "r";
    private const string LengthKey = "l";
    private const string LifeLostKey = "life_lost";

    /// <summary>Reads it off a step.</summary>
    public static EpisodeEnd Of(VectorStep step, int lane)
    {
        if (!step.Terminated[lane] && !step.Truncated[lane])
        {
            return default;
        }

        var info = step.HasFinal[lane] ? step.FinalInfos[lane] : step.Infos[lane];
        if (info is null)
        {
            return new(true, null, null);
        }

        return info.TryGetValue(EpisodeKey, out var value) && value is Info episode
            ? new(true, Number(episode, ReturnKey), (long?)Number(episode, LengthKey))
            : new(!(info.TryGetValue(LifeLostKey, out var lost) && lost is true), null, null);
    }

    private static double? Number(Info episode, string key) => episode.TryGetValue(key, out var value) ? value switch
    {
        NumPyScalar scalar => Convert.ToDouble(scalar.Value.GetItem(0), CultureInfo.InvariantCulture),
        NDArray { Length: 1 } array => Convert.ToDouble(array.GetItem(0), CultureInfo.InvariantCulture),
        IConvertible number and not string => number.ToDouble(CultureInfo.InvariantCulture),
        _ => null,
    } : null;
}
