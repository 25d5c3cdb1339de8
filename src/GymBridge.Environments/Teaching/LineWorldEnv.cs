using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A grid of one dimension, ST1 S1 S2 S3 ST2, of which one end pays and the other does not.</summary>
/// <remarks>
/// <para>Actions, Discrete(2): 0 up, towards ST1; 1 down, towards ST2.</para>
/// <para>Observation, Discrete(5): 0 ST1, 1 to 3 S1 to S3, 4 ST2. Start: S1.</para>
/// <para>Reward: 1 for entering ST2, else 0. Terminated: in ST1 and in ST2. Deterministic.</para>
/// <para>Not part of Gymnasium; after Murphy 2024, arXiv:2412.05265, the example of Q-learning. v0: 100 steps.</para>
/// </remarks>
public sealed class LineWorldEnv : StateRowEnv
{
    private const int Goal = 4;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public LineWorldEnv(string? renderMode = null)
        : base(["ST1", "S1", "S2", "S3", "ST2"], 1, [End(0, 2), Moves(1), Moves(2), Moves(3), End(Goal, 2)], renderMode)
    {
    }

    private static Transition[][] Moves(int state) => [[Move(state - 1)], [Move(state + 1)]];

    private static Transition Move(int next) => new(1, next, next == Goal ? 1 : 0, next is 0 or Goal);
}
