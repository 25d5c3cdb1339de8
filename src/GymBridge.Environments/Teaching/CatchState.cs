using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>The rules of <see cref="CatchEnv"/>, in cells: where the ball and the paddle are.</summary>
internal struct CatchState
{
    private const byte BallShade = byte.MaxValue;
    private const byte PaddleShade = 128;

    public int Row { get; private set; }

    public int Column { get; private set; }

    public int Drift { get; private set; }

    /// <summary>Column of the middle of the paddle; 0 before the first start.</summary>
    public int Paddle { get; private set; }

    public readonly bool HasStarted => Paddle > 0;

    public static CatchState Start(Rng rng, int cells) =>
        new() { Column = (int)rng.Integers(0L, cells), Drift = (int)rng.Integers(0L, 3L) - 1, Paddle = cells / 2 };

    /// <exception cref="SnapshotException">A part is missing or outside the grid.</exception>
    public static CatchState From(Info info, int cells, string owner)
    {
        var state = new CatchState
        {
            Row = SnapshotFields.Get<int>(info, "row", owner),
            Column = SnapshotFields.Get<int>(info, "column", owner),
            Drift = SnapshotFields.Get<int>(info, "drift", owner),
            Paddle = SnapshotFields.Get<int>(info, "paddle", owner),
        };
        return (uint)state.Row < cells && (uint)state.Column < cells && state.Drift is >= -1 and <= 1 && state.Paddle >= 0 && state.Paddle <= cells - 2
            ? state
            : throw SnapshotFields.Unfit("row", owner);
    }

    public readonly Info ToInfo() => new() { ["row"] = (long)Row, ["column"] = (long)Column, ["drift"] = (long)Drift, ["paddle"] = (long)Paddle };

    /// <summary>Moves paddle and ball; after the end the ball lies where it fell.</summary>
    public (double Reward, bool Terminated) Step(long action, int cells)
    {
        Paddle = Math.Clamp(Paddle + (action == 1 ? -1 : action == 2 ? 1 : 0), 1, cells - 2);
        if (Row == cells - 1)
        {
            return (0, true);
        }

        Row++;
        Column += Drift;
        if (Column < 0 || Column >= cells)
        {
            Column = Column < 0 ? -Column : (2 * (cells - 1)) - Column;
            Drift = -Drift;
        }

        return Row < cells - 1 ? (0, false) : (Math.Abs(Column - Paddle) <= 1 ? 1 : 0, true);
    }

    /// <summary>Draws the frame, [size, size].</summary>
    public readonly void Draw(Span<byte> frame, int size, int cells)
    {
        frame.Clear();
        var cell = size / cells;
        Fill(frame, size, cell, cells - 1, Paddle - 1, 3, PaddleShade);
        Fill(frame, size, cell, Row, Column, 1, BallShade);
    }

    private static void Fill(Span<byte> frame, int size, int cell, int row, int column, int width, byte shade)
    {
        for (var y = row * cell; y < (row + 1) * cell; y++)
        {
            frame.Slice((y * size) + (column * cell), width * cell).Fill(shade);
        }
    }
}
