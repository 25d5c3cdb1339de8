using System.Globalization;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A game that can be paused for ever so as not to lose it: what a reward asks for is not what was meant.</summary>
/// <remarks>
/// <para>Actions, Discrete(2): 0 play, 1 pause.</para>
/// <para>Observation, Discrete(22): 0 to 19 the steps played so far, 20 won, 21 lost. Start: 0.</para>
/// <para>Each step of play loses the game with a probability of 0.05, for -1; the 20th that does not wins it, for 1. A pause changes
/// nothing and costs <c>pause_cost</c>.</para>
/// <para>Terminated: won or lost. Who always plays wins with 0.95^20 = 0.3584859224 and gets -0.2830281552 on average: when a pause is
/// free, pausing for ever is better; when it costs 0.01, playing is.</para>
/// <para>Not part of Gymnasium. v0: pauses are free; 200 steps.</para>
/// </remarks>
public sealed class PauseGameEnv : StateRowEnv
{
    private const int StepsToWin = 20;
    private const int Won = StepsToWin;
    private const int Lost = StepsToWin + 1;
    private const double LossProbability = 0.05;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="pauseCost">What a step of pause costs; not negative.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cost is negative or no number.</exception>
    public PauseGameEnv(double pauseCost = 0, string? renderMode = null)
        : base(
            [.. Enumerable.Range(0, StepsToWin).Select(state => state.ToString(CultureInfo.InvariantCulture)), "won", "lost"],
            0,
            [.. Enumerable.Range(0, StepsToWin).Select(state => Choices(state, Checked(pauseCost))), End(Won, 2), End(Lost, 2)],
            renderMode)
    {
    }

    private static double Checked(double pauseCost) => pauseCost >= 0 && double.IsFinite(pauseCost)
        ? pauseCost
        : throw new ArgumentOutOfRangeException(
            nameof(pauseCost), pauseCost, string.Create(CultureInfo.InvariantCulture, $"A pause costs 0 or more, got pause_cost {pauseCost}."));

    private static Transition[][] Choices(int state, double pauseCost)
    {
        var wins = state + 1 == Won;
        return
        [
            [new(LossProbability, Lost, -1, true), new(1 - LossProbability, state + 1, wins ? 1 : 0, wins)],
            [new(1, state, pauseCost == 0 ? 0 : -pauseCost, false)],
        ];
    }
}
