using System.Text;
using GymBridge.Environments.Rendering;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>Cross a frozen lake from S to G without falling into a hole H; the ice F may be slippery.</summary>
/// <remarks>
/// <para>Actions, Discrete(4): 0 left, 1 down, 2 right, 3 up.</para>
/// <para>Observation, Discrete(rows x columns): row x columns + column of the player.</para>
/// <para>Reward: <c>reward_schedule</c>, by default 1 at the goal, 0 in a hole and on ice.</para>
/// <para>Slippery: the move is the one chosen with <c>success_rate</c>, else one of the two at right angles, each as likely.</para>
/// <para>Start: on an S, each as likely. Terminated: on a goal or in a hole.</para>
/// <para>Source: <c>gymnasium/envs/toy_text/frozen_lake.py</c> 1.4.0. v1: 100 steps on 4x4, 200 on 8x8.</para>
/// </remarks>
public sealed class FrozenLakeEnv : TabularEnv
{
    private static readonly string[] ActionNames = ["Left", "Down", "Right", "Up"];

    private readonly Func<string[], Transition[][][]> _build;
    private string[] _map;
    private readonly bool _hasWholeRewards;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="map">Rows of S, F, H and G, all of one length; null for the 4x4 map.</param>
    /// <param name="isSlippery">Whether the player may slip.</param>
    /// <param name="successRate">Probability of the chosen move on slippery ice.</param>
    /// <param name="rewardSchedule">Rewards at a goal, in a hole and on ice; null for (1, 0, 0).</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    /// <exception cref="ArgumentException">The map is no rectangle, has another letter or no start.</exception>
    public FrozenLakeEnv(
        IReadOnlyList<string>? map = null,
        bool isSlippery = true,
        double successRate = 1.0 / 3.0,
        (double Goal, double Hole, double Frozen)? rewardSchedule = null,
        string? renderMode = null)
        : base(Start(FrozenLakeMaps.Check(map ?? FrozenLakeMaps.Small)), 4, renderMode)
    {
        _map = [.. map ?? FrozenLakeMaps.Small];
        var rewards = rewardSchedule ?? (1, 0, 0);
        _hasWholeRewards = double.IsInteger(rewards.Goal) && double.IsInteger(rewards.Hole) && double.IsInteger(rewards.Frozen);
        _build = rows => Build(rows, isSlippery, successRate, rewards);
        SetTransitions(_build(_map));
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["ansi", "rgb_array"], 4);

    /// <inheritdoc/>
    public override PythonTypes PythonTypes =>
        _hasWholeRewards ? base.PythonTypes : base.PythonTypes with { Reward = PythonType.Float };

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        base.DeclareAttributes(attributes);
        attributes.Add("nrow", () => _map.Length).Add("ncol", () => _map[0].Length)
            .Add("reward_range", () => TupleValue.Of(0L, 1L))
            .Add("desc", () => LetterArray.Of(_map));
    }

    // A random map is part of the state: another instance has another one.
    private protected override Info Save()
    {
        var state = base.Save();
        state["desc"] = _map.Select(object? (row) => row).ToList();
        return state;
    }

    private protected override void Restore(Info state)
    {
        var map = SnapshotFields.List(state, "desc", nameof(FrozenLakeEnv)).Select(row => row as string ?? string.Empty).ToArray();
        if (!map.SequenceEqual(_map))
        {
            if (map.Length != _map.Length || map.Any(row => row.Length != _map[0].Length))
            {
                throw SnapshotFields.Unfit("desc", nameof(FrozenLakeEnv));
            }

            _map = [.. FrozenLakeMaps.Check(map)];
            SetTransitions(_build(_map), Start(_map));
        }

        base.Restore(state);
    }

    private protected override string RenderText()
    {
        var text = new StringBuilder(LastAction is { } action ? $"  ({ActionNames[action]})\n" : "\n");
        var columns = _map[0].Length;
        for (var row = 0; row < _map.Length; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var letter = _map[row][column].ToString();
                text.Append((row * columns) + column == State ? AnsiColour.Paint(letter, AnsiColour.Red, highlight: true) : letter);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private protected override NDArray RenderFrame()
    {
        var (rows, columns) = (_map.Length, _map[0].Length);
        var (width, height) = (Math.Min(64 * columns, 512), Math.Min(64 * rows, 512));
        var grid = new GridCanvas(width, height, rows, columns, 0xDCEBF5, 0xB4C8E6);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                switch (_map[row][column])
                {
                    case 'H': grid.FillCircle(row, column, 0.36, 0x2B5B84); break;
                    case 'G': grid.FillRectangle(row, column, 0.3, 0.3, 0xD4AF37); break;
                    case 'S': grid.FillRectangle(row, column, 0.3, 0.3, 0xA0A0A0); break;
                }
            }
        }

        grid.FillCircle(State / columns, State % columns, 0.22, 0xC83C3C);
        return grid.ToArray();
    }

    private static double[] Start(IReadOnlyList<string> map)
    {
        var letters = string.Concat(map);
        var starts = letters.Count(letter => letter == 'S');
        return [.. letters.Select(letter => (letter == 'S' ? 1.0 : 0.0) / starts)];
    }

    private static Transition[][][] Build(
        string[] map, bool isSlippery, double successRate, (double Goal, double Hole, double Frozen) rewards)
    {
        var columns = map[0].Length;
        var failRate = (1.0 - successRate) / 2.0;
        return [.. Enumerable.Range(0, map.Length * columns).Select(
            state => (Transition[][])[.. Enumerable.Range(0, 4).Select(action => Outcomes(state, action))])];

        Transition[] Outcomes(int state, int action)
        {
            if (map[state / columns][state % columns] is 'G' or 'H')
            {
                return [new(1.0, state, 0, true)];
            }

            return isSlippery
                ? [.. ((int[])[(action + 3) % 4, action, (action + 1) % 4]).Select(move => Move(state, move, move == action ? successRate : failRate))]
                : [Move(state, action, 1.0)];
        }

        Transition Move(int state, int move, double probability)
        {
            var (row, column) = (state / columns, state % columns);
            (row, column) = move switch
            {
                0 => (row, Math.Max(column - 1, 0)),
                1 => (Math.Min(row + 1, map.Length - 1), column),
                2 => (row, Math.Min(column + 1, columns - 1)),
                _ => (Math.Max(row - 1, 0), column),
            };
            var letter = map[row][column];
            var reward = letter == 'G' ? rewards.Goal : letter == 'H' ? rewards.Hole : rewards.Frozen;
            return new(probability, (row * columns) + column, reward, letter is 'G' or 'H');
        }
    }
}
