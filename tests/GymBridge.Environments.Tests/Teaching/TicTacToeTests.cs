using GymBridge.Environments.Teaching;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>Tic-tac-toe against counts and values computed independently (exact enumeration in Python).</summary>
public class TicTacToeTests
{
    [Fact]
    public void Tree_OfTheWholeGame_HasTheKnownCounts()
    {
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "complete_games"), TicTacToeTree.Games);
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "reachable_positions"), TicTacToeTree.Positions.Count);
        Assert.Equal(
            Oracles.Number("mdp", "tictactoe", "non_terminal_positions"), TicTacToeTree.Positions.Count(position => !TicTacToeTree.IsOver(position)));
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "minimax_value"), TicTacToeTree.MinimaxValue);
    }

    [Fact]
    public void Tree_OfPlayAtRandom_HasTheKnownShares()
    {
        var (x, draw, o) = TicTacToeTree.RandomPlay();
        double[] shares = [x, draw, o];
        var expected = Oracles.Numbers("mdp", "tictactoe", "random_vs_random_XWin_Draw_OWin");
        Assert.All(shares.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "optimal_X_value_vs_random_O"), TicTacToeTree.ValueAgainstRandom(isX: true), 1e-12);
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "optimal_O_value_vs_random_X"), TicTacToeTree.ValueAgainstRandom(isX: false), 1e-12);
    }

    [Fact]
    public void Play_OfALine_Wins()
    {
        using var env = new TicTacToeEnv(renderMode: "ansi");
        for (var seed = 0; seed < 50; seed++)
        {
            env.Reset(seed);
            var step = env.Step(0);
            for (var t = 0; t < 8 && !step.Terminated; t++)
            {
                // The first empty cell; the mask says which are.
                var mask = ((NDArray)step.Info["action_mask"]!).ToArray<sbyte>();
                step = env.Step(Array.IndexOf(mask, (sbyte)1));
            }

            Assert.True(step.Terminated);
            var board = ((string)env.Render()!).Replace(" ", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal);
            Assert.Equal(HasLine(board, 'X') ? 1 : HasLine(board, 'O') ? -1 : 0, step.Reward);
        }

        static bool HasLine(string board, char mark) =>
            ((int[][])[[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]])
                .Any(line => line.All(cell => board[cell] == mark));
    }

    [Fact]
    public void Step_OnATakenCell_LosesTheGame()
    {
        using var env = new TicTacToeEnv();
        env.Reset(1);
        var first = env.Step(4);
        Assert.Equal((sbyte)0, ((NDArray)first.Info["action_mask"]!).ToArray<sbyte>()[4]);
        var second = env.Step(4);
        Assert.Equal((first.Observation, -1.0, true), (second.Observation, second.Reward, second.Terminated));
    }

    [Fact]
    public void Reset_AsO_StartsBehindTheFirstMoveOfX()
    {
        using var env = new TicTacToeEnv("O", "optimal", "ansi");
        Assert.Equal(1, env.StartProbabilities.ToArray().Sum(), 1e-12);
        env.Reset(3);
        Assert.Equal(1, ((string)env.Render()!).Count(letter => letter == 'X'));
    }

    [Theory]
    [InlineData("Z", "random", "got mark 'Z'")]
    [InlineData("X", "friend", "got opponent 'friend'")]
    public void Constructor_WithWhatIsNotThere_NamesIt(string mark, string opponent, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new TicTacToeEnv(mark, opponent)).Message, StringComparison.Ordinal);
}
