namespace GymBridge.Environments.Teaching;

/// <summary>A decision process of three states and two actions that fits in a picture, with chance and a reward worth going round for.</summary>
/// <remarks>
/// <para>Actions, Discrete(2); observation, Discrete(3). Start: 0.</para>
/// <para>Action 0: from 0 to 0 or 2, each half of the time; from 1 to 0 with 0.7, for a reward of 5, to 1 with 0.1 and to 2 with 0.2; from 2
/// to 0 with 0.4 and to 2 with 0.6.</para>
/// <para>Action 1: from 0 to 2; from 1 to 1 with 0.95 and to 2 with 0.05; from 2 to 0 with 0.3, for a reward of -1, to 1 with 0.3 and to 2 with 0.4.</para>
/// <para>Other rewards are 0. Never terminates. With a discount of 0.9 the optimal values are 3.7899486151, 7.3029201654 and 4.2110540168,
/// and the optimal actions 1, 0 and 1.</para>
/// <para>Not part of Gymnasium; the well-known example of Wikipedia's "Markov decision process". v0: cut after 100 steps.</para>
/// </remarks>
public sealed class StateMachineEnv : StateRowEnv
{
    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public StateMachineEnv(string? renderMode = null)
        : base(
            ["s0", "s1", "s2"],
            0,
            [
                [[new(0.5, 0, 0, false), new(0.5, 2, 0, false)], [new(1, 2, 0, false)]],
                [[new(0.7, 0, 5, false), new(0.1, 1, 0, false), new(0.2, 2, 0, false)], [new(0.95, 1, 0, false), new(0.05, 2, 0, false)]],
                [[new(0.4, 0, 0, false), new(0.6, 2, 0, false)], [new(0.3, 0, -1, false), new(0.3, 1, 0, false), new(0.4, 2, 0, false)]],
            ],
            renderMode)
    {
    }
}
