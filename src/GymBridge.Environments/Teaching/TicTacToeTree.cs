namespace GymBridge.Environments.Teaching;

/// <summary>The whole game of tic-tac-toe: its positions, games and values, counted and computed exactly.</summary>
/// <remarks>
/// <para>A position is a number in base 3 whose digit i, from the lowest, is cell i (row i / 3, column i % 3): 0 empty, 1 X, 2 O. X begins.</para>
/// <para>There are 255 168 games, and 5 478 positions that can come up in them: the first number is often given as the second one.</para>
/// </remarks>
public static class TicTacToeTree
{
    /// <summary>Number of cells of the board.</summary>
    public const int Cells = 9;

    internal const int X = 1;
    internal const int O = 2;

    private static readonly int[] Powers = [1, 3, 9, 27, 81, 243, 729, 2187, 6561];

    private static readonly int[][] Lines = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

    private static readonly Lazy<Dictionary<int, long>> GamesFrom = new(() => Solve<long>(_ => 1, (_, followers) => followers.Sum(item => item.Value)));

    private static readonly Lazy<Dictionary<int, int>> Minimax = new(() => Solve(
        position => Winner(position) switch { X => 1, O => -1, _ => 0 },
        (position, followers) => ToMove(position) == X ? followers.Max(item => item.Value) : followers.Min(item => item.Value)));

    private static readonly Lazy<int[]> Sorted = new(() => [.. GamesFrom.Value.Keys.Order()]);

    /// <summary>Every position that can come up in a game, in rising order.</summary>
    public static IReadOnlyList<int> Positions => Sorted.Value;

    /// <summary>The number of games from the empty board to an end.</summary>
    public static long Games => GamesFrom.Value[0];

    /// <summary>How games end when both sides move at random: the shares that X wins, that nobody does, and that O wins.</summary>
    public static (double XWins, double Draw, double OWins) RandomPlay()
    {
        var shares = Solve(
            position => Winner(position) switch { X => (1.0, 0.0, 0.0), O => (0.0, 0.0, 1.0), _ => (0.0, 1.0, 0.0) },
            (_, followers) => (
                followers.Average(item => item.Value.Item1), followers.Average(item => item.Value.Item2), followers.Average(item => item.Value.Item3)));
        return shares[0];
    }

    /// <summary>What the empty board is worth to X, a win 1 and a loss -1, when both play as well as can be.</summary>
    public static int MinimaxValue => Minimax.Value[0];

    /// <summary>What the empty board is worth to a side that plays as well as can be against one that moves at random.</summary>
    /// <param name="isX">Whether that side is X.</param>
    public static double ValueAgainstRandom(bool isX)
    {
        var side = isX ? X : O;
        return Solve<double>(
            position => Winner(position) is var winner && winner == 0 ? 0 : winner == side ? 1 : -1,
            (position, followers) => ToMove(position) == side ? followers.Max(item => item.Value) : followers.Average(item => item.Value))[0];
    }

    /// <summary>Whether a game is over in a position: a line of three, or no empty cell.</summary>
    public static bool IsOver(int position) => Winner(position) != 0 || Marks(position) == Cells;

    /// <summary>What stands in a cell: 0 nothing, 1 X, 2 O.</summary>
    internal static int Cell(int position, int cell) => position / Powers[cell] % 3;

    /// <summary>The position with a mark more.</summary>
    internal static int Put(int position, int cell, int mark) => position + (mark * Powers[cell]);

    /// <summary>Whose turn it is.</summary>
    internal static int ToMove(int position) => Marks(position) % 2 == 0 ? X : O;

    /// <summary>Who has three in a line; 0 for nobody.</summary>
    internal static int Winner(int position)
    {
        foreach (var line in Lines)
        {
            var mark = Cell(position, line[0]);
            if (mark != 0 && mark == Cell(position, line[1]) && mark == Cell(position, line[2]))
            {
                return mark;
            }
        }

        return 0;
    }

    /// <summary>The empty cells, in order.</summary>
    internal static IReadOnlyList<int> Empty(int position) => [.. Enumerable.Range(0, Cells).Where(cell => Cell(position, cell) == 0)];

    /// <summary>The empty cells that are best for the side whose turn it is, in order.</summary>
    internal static IReadOnlyList<int> Best(int position)
    {
        var mark = ToMove(position);
        return [.. Empty(position).Where(cell => Minimax.Value[Put(position, cell, mark)] == Minimax.Value[position])];
    }

    private static int Marks(int position) => Enumerable.Range(0, Cells).Count(cell => Cell(position, cell) != 0);

    // A value for every position that can come up, from the ends back.
    private static Dictionary<int, T> Solve<T>(Func<int, T> ofEnd, Func<int, IReadOnlyList<(int Cell, T Value)>, T> ofOthers)
    {
        var values = new Dictionary<int, T>();
        Value(0);
        return values;

        T Value(int position)
        {
            if (!values.TryGetValue(position, out var value))
            {
                var mark = ToMove(position);
                value = IsOver(position) ? ofEnd(position) : ofOthers(position, [.. Empty(position).Select(cell => (cell, Value(Put(position, cell, mark))))]);
                values[position] = value;
            }

            return value;
        }
    }
}
