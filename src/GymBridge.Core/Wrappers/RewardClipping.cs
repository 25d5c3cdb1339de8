using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>The arithmetic of ClipReward. Source: <c>gymnasium/wrappers/transform_reward.py</c> 1.4.0.</summary>
internal static class RewardClipping
{
    /// <summary>The function between two limits; null for no limit.</summary>
    public static Func<double, double> Create(double? minReward, double? maxReward)
    {
        if (minReward is null && maxReward is null)
        {
            throw new ArgumentException("Both `min_reward` and `max_reward` cannot be None");
        }

        var (min, max) = (minReward ?? double.NegativeInfinity, maxReward ?? double.PositiveInfinity);
        return min <= max
            ? reward => Math.Min(Math.Max(reward, min), max)
            : throw new ArgumentException($"Min reward ({PythonText.Repr(min)}) must be smaller than max reward ({PythonText.Repr(max)})");
    }
}
