using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A walk to the left or to the right by chance until an end: there is nothing to decide, only values to predict.</summary>
/// <remarks>
/// <para>Actions, Discrete(1): 0 goes on.</para>
/// <para>Observation, Discrete(7): 1 to 5 on the way, 0 and 6 the ends. Start: 3.</para>
/// <para>Reward: 1 for reaching the right end, else 0. Terminated: at both ends. Without a discount state k is worth k / 6.</para>
/// <para>Not part of Gymnasium; Sutton and Barto 2018, example 6.2. v0: no limit of steps.</para>
/// </remarks>
public sealed class RandomWalkEnv : StateRowEnv
{
    private const int Last = 6;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public RandomWalkEnv(string? renderMode = null)
        : base(["0", "1", "2", "3", "4", "5", "6"], 3, [End(0, 1), .. Enumerable.Range(1, 5).Select(Walk), End(Last, 1)], renderMode)
    {
    }

    private static Transition[][] Walk(int state) => [[Go(state - 1), Go(state + 1)]];

    private static Transition Go(int next) => new(0.5, next, next == Last ? 1 : 0, next is 0 or Last);
}
