using GymBridge.Spaces;

namespace GymBridge.Agents.Tests;

/// <summary>Episodes of given lengths and ends: the observation is (episode, step), the reward what a script says.</summary>
internal sealed class ScriptedEnv(IReadOnlyList<ScriptedEnv.Episode> episodes, Space? actions = null, Func<int, int, double>? reward = null)
    : Env<float[], object>(new Box(-1000, 1000, [2]), actions ?? new Discrete(2))
{
    private int _episode = -1;
    private int _step;

    /// <summary>An episode.</summary>
    /// <param name="Length">Its steps.</param>
    /// <param name="IsTruncated">Whether it is cut from outside.</param>
    public sealed record Episode(int Length, bool IsTruncated = false);

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        _episode++;
        _step = 0;
        return Observation();
    }

    protected override StepResult<float[]> OnStep(object action)
    {
        _step++;
        var episode = episodes[_episode % episodes.Count];
        var ends = _step == episode.Length;
        return new(
            Observation(), reward?.Invoke(_episode, _step) ?? 1, ends && !episode.IsTruncated, ends && episode.IsTruncated, Info.Empty);
    }

    private float[] Observation() => [_episode, _step];
}
