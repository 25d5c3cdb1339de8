namespace GymBridge.Environments.Teaching;

/// <summary>Three states that are wandered through for ever, without anything to decide: a Markov reward process.</summary>
/// <remarks>
/// <para>Actions, Discrete(1): 0 goes on.</para>
/// <para>Observation, Discrete(3): the state. Start: 0.</para>
/// <para>From state 0 to 0 or 1, each half of the time; from 1 to 0, 1 and 2 with 1/4, 1/2 and 1/4; from 2 to 1 or 2.</para>
/// <para>Reward: 0, 1 or 2, the number of the state that is left. Never terminates, so that a value is finite only under a discount:
/// with 0.9 the values are 8.1818181818, 10 and 11.8181818182.</para>
/// <para>Not part of Gymnasium. v0: cut after 100 steps.</para>
/// </remarks>
public sealed class RewardChainEnv : StateRowEnv
{
    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public RewardChainEnv(string? renderMode = null)
        : base(
            ["0", "1", "2"],
            0,
            [
                [[new(0.5, 0, 0, false), new(0.5, 1, 0, false)]],
                [[new(0.25, 0, 1, false), new(0.5, 1, 1, false), new(0.25, 2, 1, false)]],
                [[new(0.5, 1, 2, false), new(0.5, 2, 2, false)]],
            ],
            renderMode)
    {
    }
}
