using System.Collections.Concurrent;
using System.Text;
using GymBridge.Environments.Rendering;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>Tic-tac-toe against an opponent that moves at random, or never loses: a game with a reward at its end alone.</summary>
/// <remarks>
/// <para>Actions, Discrete(9): the cell, row x 3 + column. A cell that is taken loses the game.</para>
/// <para>Observation, Discrete(5478): the number of the position in <see cref="TicTacToeTree.Positions"/>; the agent is to move.</para>
/// <para>Reward: 1 for a win, -1 for a loss, 0 for a draw and before the end. Terminated: at the end of the game. An agent that plays O
/// starts behind the opponent's first move.</para>
/// <para>Info: <c>action_mask</c>, int8 [9], of the empty cells.</para>
/// <para>Against the random opponent the best player gets 0.9947916667 as X and 0.9248677249 as O, against the optimal one 0.</para>
/// <para>Not part of Gymnasium. v0: <c>mark</c> X, <c>opponent</c> random; the other ones are O and optimal, which draws one of its best moves.</para>
/// </remarks>
public sealed class TicTacToeEnv : TabularEnv
{
    private const string RandomOpponent = "random";
    private const string OptimalOpponent = "optimal";

    // Many lanes share one table, which nobody changes.
    private static readonly ConcurrentDictionary<(int Side, string Opponent), Lazy<Transition[][][]>> Tables = new();

    private readonly string _mark;
    private readonly string _opponent;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="mark">The agent's mark, X or O. X begins.</param>
    /// <param name="opponent">random or optimal.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    /// <exception cref="ArgumentException">There is no such mark or opponent.</exception>
    public TicTacToeEnv(string mark = "X", string opponent = RandomOpponent, string? renderMode = null)
        : base(Starts(SideOf(mark), CheckOpponent(opponent)), TicTacToeTree.Cells, renderMode)
    {
        (_mark, _opponent) = (mark, opponent);
        SetTransitions(Tables.GetOrAdd((SideOf(mark), opponent), game => new(() => Build(game.Side, game.Opponent))).Value);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["ansi", "rgb_array"], 2);

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => base.PythonTypes with { Reward = PythonType.Float };

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        base.DeclareAttributes(attributes);
        attributes.Add("mark", () => _mark).Add("opponent", () => _opponent);
    }

    internal override Info ResetInfo(int state) => new() { ["prob"] = StartProbabilities[state], ["action_mask"] = Mask(state) };

    internal override Info StepInfo(int state, double probability) => new() { ["prob"] = probability, ["action_mask"] = Mask(state) };

    private protected override string RenderText()
    {
        var text = new StringBuilder();
        for (var cell = 0; cell < TicTacToeTree.Cells; cell++)
        {
            text.Append(".XO"[TicTacToeTree.Cell(TicTacToeTree.Positions[State], cell)]).Append(cell % 3 == 2 ? '\n' : ' ');
        }

        return text.ToString();
    }

    private protected override NDArray RenderFrame()
    {
        var canvas = new GridCanvas(288, 288, 3, 3, 0xF4F4F4, 0xE4E4E4);
        for (var cell = 0; cell < TicTacToeTree.Cells; cell++)
        {
            switch (TicTacToeTree.Cell(TicTacToeTree.Positions[State], cell))
            {
                case TicTacToeTree.X: canvas.FillRectangle(cell / 3, cell % 3, 0.28, 0.28, 0x2B5B84); break;
                case TicTacToeTree.O: canvas.FillCircle(cell / 3, cell % 3, 0.32, 0xC83C3C); break;
            }
        }

        return canvas.ToArray();
    }

    private static NDArray Mask(int state)
    {
        var position = TicTacToeTree.Positions[state];
        return NDArray.From((sbyte[])[.. Enumerable.Range(0, TicTacToeTree.Cells).Select(cell => (sbyte)(TicTacToeTree.Cell(position, cell) == 0 ? 1 : 0))]);
    }

    private static int SideOf(string mark) => mark switch
    {
        "X" => TicTacToeTree.X,
        "O" => TicTacToeTree.O,
        _ => throw new ArgumentException($"The mark is X or O, got mark '{mark}'."),
    };

    private static string CheckOpponent(string opponent) => opponent is RandomOpponent or OptimalOpponent
        ? opponent
        : throw new ArgumentException($"The opponent is '{RandomOpponent}' or '{OptimalOpponent}', got opponent '{opponent}'.");

    private static double[] Starts(int side, string opponent)
    {
        var starts = new double[TicTacToeTree.Positions.Count];
        if (side == TicTacToeTree.X)
        {
            starts[IndexOf(0)] = 1;
            return starts;
        }

        var moves = Replies(0, opponent);
        foreach (var cell in moves)
        {
            starts[IndexOf(TicTacToeTree.Put(0, cell, TicTacToeTree.X))] = 1.0 / moves.Count;
        }

        return starts;
    }

    private static Transition[][][] Build(int side, string opponent)
    {
        var indices = TicTacToeTree.Positions.Select((position, index) => (position, index)).ToDictionary(item => item.position, item => item.index);
        return [.. TicTacToeTree.Positions.Select((position, state) => (Transition[][])
            [.. Enumerable.Range(0, TicTacToeTree.Cells).Select(cell => Outcomes(position, state, cell))])];

        Transition[] Outcomes(int position, int state, int cell)
        {
            if (TicTacToeTree.IsOver(position) || TicTacToeTree.ToMove(position) != side)
            {
                return [new(1, state, 0, true)];
            }

            if (TicTacToeTree.Cell(position, cell) != 0)
            {
                return [new(1, state, -1, true)];
            }

            var moved = TicTacToeTree.Put(position, cell, side);
            if (TicTacToeTree.IsOver(moved))
            {
                return [new(1, indices[moved], TicTacToeTree.Winner(moved) == side ? 1 : 0, true)];
            }

            var replies = Replies(moved, opponent);
            return [.. replies.Select(reply =>
            {
                var next = TicTacToeTree.Put(moved, reply, TicTacToeTree.ToMove(moved));
                return new Transition(1.0 / replies.Count, indices[next], TicTacToeTree.Winner(next) != 0 ? -1 : 0, TicTacToeTree.IsOver(next));
            })];
        }
    }

    private static IReadOnlyList<int> Replies(int position, string opponent) =>
        opponent == RandomOpponent ? TicTacToeTree.Empty(position) : TicTacToeTree.Best(position);

    private static int IndexOf(int position) => ((List<int>)[.. TicTacToeTree.Positions]).BinarySearch(position);
}
