using System.Text;
using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ToyText;

/// <summary>Walk along a cliff from the lower left to the lower right of a 4 x 12 grid.</summary>
/// <remarks>
/// <para>Actions, Discrete(4): 0 up, 1 right, 2 down, 3 left.</para>
/// <para>Observation, Discrete(48): row x 12 + column of the player.</para>
/// <para>Reward: -1 for every step, -100 for one off the cliff, which leads back to the start.</para>
/// <para>Slippery: the chosen move or one of the two at right angles, each with probability 1/3.</para>
/// <para>Terminated: at the lower right. There is no time limit.</para>
/// <para>Source: <c>gymnasium/envs/toy_text/cliffwalking.py</c> 1.4.0; Sutton and Barto 2018, example 6.6.</para>
/// </remarks>
public sealed class CliffWalkingEnv : TabularEnv
{
    private const int Rows = 4;
    private const int Columns = 12;
    private const int StartState = 36;

    private static readonly (int Down, int Right)[] Moves = [(-1, 0), (0, 1), (1, 0), (0, -1)];

    private readonly bool _isSlippery;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="isSlippery">Whether the player may slip.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public CliffWalkingEnv(bool isSlippery = false, string? renderMode = null)
        : base([.. Enumerable.Range(0, Rows * Columns).Select(state => state == StartState ? 1.0 : 0.0)], 4, renderMode)
    {
        _isSlippery = isSlippery;
        SetTransitions([.. Enumerable.Range(0, Rows * Columns).Select(state =>
            (Transition[][])[.. Enumerable.Range(0, 4).Select(action => Outcomes(state, action, isSlippery))])]);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array", "ansi"], 4);

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        base.DeclareAttributes(attributes);
        attributes.Add("shape", () => TupleValue.Of((long)Rows, (long)Columns)).Add("start_state_index", () => NumPyScalar.From((long)StartState))
            .Add("nS", () => NumPyScalar.From((long)(Rows * Columns))).Add("nA", () => (long)Moves.Length).Add("is_slippery", () => _isSlippery);
    }

    private protected override bool StatesAreNumPy => true;

    private protected override string RenderText()
    {
        var text = new StringBuilder();
        for (var state = 0; state < Rows * Columns; state++)
        {
            var column = state % Columns;
            var letter = state == State ? 'x' : state == (Rows * Columns) - 1 ? 'T' : IsCliff(state) ? 'C' : 'o';
            text.Append(column == 0 ? string.Empty : " ").Append(letter).Append(column == Columns - 1 ? "\n" : " ");
        }

        return text.Append('\n').ToString();
    }

    private protected override NDArray RenderFrame()
    {
        var grid = new GridCanvas(64 * Columns, 64 * Rows, Rows, Columns, 0x6FAF5F, 0x5F9F52);
        for (var column = 1; column < Columns - 1; column++)
        {
            grid.FillRectangle(Rows - 1, column, 0.5, 0.5, 0x5A4632);
        }

        grid.FillRectangle(Rows - 1, 0, 0.3, 0.3, 0xA0A0A0);
        grid.FillRectangle(Rows - 1, Columns - 1, 0.3, 0.3, 0xD4AF37);
        grid.FillCircle(State / Columns, State % Columns, 0.22, 0xC83C3C);
        return grid.ToArray();
    }

    private static bool IsCliff(int state) => state is > StartState and < (Rows * Columns) - 1;

    private static Transition[] Outcomes(int state, int action, bool isSlippery)
    {
        int[] moves = isSlippery ? [(action + 3) % 4, action, (action + 1) % 4] : [action];
        return [.. moves.Select(move =>
        {
            var row = Math.Clamp((state / Columns) + Moves[move].Down, 0, Rows - 1);
            var column = Math.Clamp((state % Columns) + Moves[move].Right, 0, Columns - 1);
            var next = (row * Columns) + column;
            return IsCliff(next)
                ? new Transition(1.0 / moves.Length, StartState, -100, false)
                : new Transition(1.0 / moves.Length, next, -1, next == (Rows * Columns) - 1);
        })];
    }
}
