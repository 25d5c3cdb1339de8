using System.Globalization;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A chain of states with the goal at its right end: the smallest decision process in which a reward has to travel back.</summary>
/// <remarks>
/// <para>Actions, Discrete(2): 0 left, 1 right; left of the first state is the first state.</para>
/// <para>Observation, Discrete(n): the state, from 0. Start: 0.</para>
/// <para>Reward: 1 for reaching the last state, else 0. Terminated: there. Deterministic.</para>
/// <para>With 3 states and a discount of 0.9 the optimal values are 0.9 and 1, those of the uniform policy 0.6474820144 and 0.7913669065.</para>
/// <para>Not part of Gymnasium. v0: 3 states, 100 steps.</para>
/// </remarks>
public sealed class ChainEnv : StateRowEnv
{
    /// <summary>Number of states unless another one is given.</summary>
    public const int DefaultStates = 3;

    private const int MostStates = 10_000;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="states">Number of states with the goal, 3 to 10 000.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many states.</exception>
    public ChainEnv(int states = DefaultStates, string? renderMode = null)
        : base([.. Enumerable.Range(0, Checked(states)).Select(state => state.ToString(CultureInfo.InvariantCulture))], 0, Build(states), renderMode)
    {
    }

    private static int Checked(int states) => states is >= 3 and <= MostStates
        ? states
        : throw new ArgumentOutOfRangeException(nameof(states), states, $"A chain has 3 to {MostStates} states, got {states}.");

    private static Transition[][][] Build(int states)
    {
        var goal = states - 1;
        return [.. Enumerable.Range(0, goal).Select(state => (Transition[][])[[Move(Math.Max(state - 1, 0))], [Move(state + 1)]]), End(goal, 2)];

        Transition Move(int next) => new(1, next, next == goal ? 1 : 0, next == goal);
    }
}
