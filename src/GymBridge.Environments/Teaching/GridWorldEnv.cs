using System.Text;
using GymBridge.Environments.Rendering;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A 4 x 4 grid from the upper left to the goal at the lower right: the smallest task with a path to learn.</summary>
/// <remarks>
/// <para>Actions, Discrete(4): 0 up, 1 right, 2 down, 3 left; a step into a wall stays where it is.</para>
/// <para>Observation, Discrete(16): row x 4 + column.</para>
/// <para>Reward: 1 for entering the goal, else -0.01. Terminated: at the goal. Deterministic; like every tabular environment
/// it draws one number a step.</para>
/// <para>Not part of Gymnasium. v0: 100 steps.</para>
/// </remarks>
public sealed class GridWorldEnv : TabularEnv
{
    private const int Size = 4;
    private const int Goal = (Size * Size) - 1;
    private const double StepReward = -0.01;

    private static readonly (int Down, int Right)[] Moves = [(-1, 0), (0, 1), (1, 0), (0, -1)];

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public GridWorldEnv(string? renderMode = null)
        : base([.. Enumerable.Range(0, Size * Size).Select(state => state == 0 ? 1.0 : 0.0)], Moves.Length, renderMode) =>
        SetTransitions([.. Enumerable.Range(0, Size * Size).Select(state =>
            (Transition[][])[.. Moves.Select(move => (Transition[])[Move(state, move)])])]);

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["ansi", "rgb_array"], 4);

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => base.PythonTypes with { Reward = PythonType.Float };

    private protected override string RenderText()
    {
        var text = new StringBuilder();
        for (var state = 0; state <= Goal; state++)
        {
            text.Append(state == State ? 'x' : state == Goal ? 'G' : '.').Append(state % Size == Size - 1 ? '\n' : ' ');
        }

        return text.ToString();
    }

    private protected override NDArray RenderFrame()
    {
        var grid = new GridCanvas(64 * Size, 64 * Size, Size, Size, 0xF4F4F4, 0xE4E4E4);
        grid.FillRectangle(Size - 1, Size - 1, 0.3, 0.3, 0xD4AF37);
        grid.FillCircle(State / Size, State % Size, 0.22, 0xC83C3C);
        return grid.ToArray();
    }

    private static Transition Move(int state, (int Down, int Right) move)
    {
        if (state == Goal)
        {
            return new(1.0, Goal, 0, true);
        }

        var row = Math.Clamp((state / Size) + move.Down, 0, Size - 1);
        var column = Math.Clamp((state % Size) + move.Right, 0, Size - 1);
        var next = (row * Size) + column;
        return new(1.0, next, next == Goal ? 1 : StepReward, next == Goal);
    }
}
