using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>A game of <see cref="CatchEnv"/>, in cells: where the ball and the paddle are.</summary>
internal struct CatchState
{
    private const byte BallShade = byte.MaxValue;
    private const byte PaddleShade = 128;

    public int Row { get; private set; }

    public int Column { get; private set; }

    public int Drift { get; private set; }

    /// <summary>Column of the paddle's middle, the one on the right of a width that is even; 0 before the first start.</summary>
    public int Paddle { get; private set; }

    public readonly bool HasStarted => Paddle > 0;

    public static CatchState Start(Rng rng, CatchRules rules) => new()
    {
        Column = (int)rng.Integers(0L, rules.Cells),
        Drift = rules.Drifts ? (int)rng.Integers(0L, 3L) - 1 : 0,
        Paddle = rules.Cells / 2,
    };

    /// <exception cref="SnapshotException">A part is missing or outside the grid.</exception>
    public static CatchState From(Info info, CatchRules rules, string owner)
    {
        var state = new CatchState
        {
            Row = SnapshotFields.Get<int>(info, "row", owner),
            Column = SnapshotFields.Get<int>(info, "column", owner),
            Drift = SnapshotFields.Get<int>(info, "drift", owner),
            Paddle = SnapshotFields.Get<int>(info, "paddle", owner),
        };
        return (uint)state.Row < rules.Cells && (uint)state.Column < rules.Cells && state.Drift is >= -1 and <= 1
            && (state.Paddle == 0 || state.Paddle == rules.Clamp(state.Paddle))
            ? state
            : throw SnapshotFields.Unfit("row", owner);
    }

    public readonly Info ToInfo() => new() { ["row"] = (long)Row, ["column"] = (long)Column, ["drift"] = (long)Drift, ["paddle"] = (long)Paddle };

    /// <summary>Moves paddle and ball; after the end the ball lies where it fell.</summary>
    public (double Reward, bool Terminated) Step(long action, CatchRules rules)
    {
        var last = rules.Cells - 1;
        Paddle = rules.Clamp(Paddle + (action == 1 ? -rules.PaddleSpeed : action == 2 ? rules.PaddleSpeed : 0));
        if (Row == last)
        {
            return (0, true);
        }

        Row++;
        Column += Drift;
        if (Column < 0 || Column > last)
        {
            Column = Column < 0 ? -Column : (2 * last) - Column;
            Drift = -Drift;
        }

        return Row < last ? (0, false) : (rules.Covers(Paddle, Column) ? 1 : rules.MissReward, true);
    }

    /// <summary>Draws the frame, [size, size].</summary>
    public readonly void Draw(Span<byte> frame, CatchRules rules)
    {
        frame.Clear();
        Fill(frame, rules, rules.Cells - 1, rules.FirstColumn(Paddle), rules.PaddleWidth, PaddleShade);
        Fill(frame, rules, Row, Column, 1, BallShade);
    }

    private static void Fill(Span<byte> frame, CatchRules rules, int row, int column, int width, byte shade)
    {
        var (size, cell) = (rules.FrameSize, rules.FrameSize / rules.Cells);
        for (var y = row * cell; y < (row + 1) * cell; y++)
        {
            frame.Slice((y * size) + (column * cell), width * cell).Fill(shade);
        }
    }
}
