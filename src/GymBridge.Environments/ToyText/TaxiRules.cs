namespace GymBridge.Environments.ToyText;

/// <summary>The taxi's grid and what its actions lead to.</summary>
/// <remarks>Source: <c>gymnasium/envs/toy_text/taxi.py</c> 1.4.0.</remarks>
internal static class TaxiRules
{
    public const int States = 500;
    public const int InTaxi = 4;
    private const int Last = 4; // row and column

    public static readonly string[] Map = ["+---------+", "|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |", "+---------+"];

    public static readonly (int Row, int Column)[] Stands = [(0, 0), (0, 4), (4, 0), (4, 3)];

    // Forward, left and right of each heading: south, north, east, west.
    private static readonly (int Down, int Right)[][] Headings =
    [
        [(1, 0), (0, 1), (0, -1)],
        [(-1, 0), (0, -1), (0, 1)],
        [(0, 1), (-1, 0), (1, 0)],
        [(0, -1), (1, 0), (-1, 0)],
    ];

    public static int Encode(int row, int column, int passenger, int destination) =>
        (((((row * 5) + column) * 5) + passenger) * 4) + destination;

    public static (int Row, int Column, int Passenger, int Destination) Decode(int state) =>
        (state / 100, state / 20 % 5, state / 4 % 5, state % 4);

    public static double[] Start()
    {
        var start = new double[States];
        for (var state = 0; state < States; state++)
        {
            var (_, _, passenger, destination) = Decode(state);
            start[state] = (passenger < InTaxi && passenger != destination ? 1.0 : 0.0) / 300.0;
        }

        return start;
    }

    public static NDArray ActionMask(int state)
    {
        var (row, column, passenger, destination) = Decode(state);
        var isAtStand = Stands.Contains((row, column));
        return NDArray.From<sbyte>(
            Flag(row < Last),
            Flag(row > 0),
            Flag(column < Last && CanGoEast(row, column)),
            Flag(column > 0 && CanGoWest(row, column)),
            Flag(passenger < InTaxi && (row, column) == Stands[passenger]),
            Flag(passenger == InTaxi && (isAtStand || (row, column) == Stands[destination])));

        static sbyte Flag(bool value) => value ? (sbyte)1 : (sbyte)0;
    }

    public static Transition[] Dry(int state, int action)
    {
        var (row, column, passenger, destination) = Decode(state);
        return action switch
        {
            0 => Certain(Math.Min(row + 1, Last), column),
            1 => Certain(Math.Max(row - 1, 0), column),
            2 => Certain(row, CanGoEast(row, column) ? Math.Min(column + 1, Last) : column),
            3 => Certain(row, CanGoWest(row, column) ? Math.Max(column - 1, 0) : column),
            4 => [PickUp(state)],
            _ => [DropOff(state)],
        };

        Transition[] Certain(int newRow, int newColumn) => [new(1.0, Encode(newRow, newColumn, passenger, destination), -1, false)];
    }

    public static Transition[] Rainy(int state, int action, double probability)
    {
        if (action >= 4)
        {
            return Dry(state, action);
        }

        var (row, column, passenger, destination) = Decode(state);
        var lateral = (1.0 - probability) / 2.0;
        var (ahead, left, right) = ((row, column), (row, column), (row, column));
        var canMove = action switch
        {
            0 => row < Last,
            1 => row > 0,
            2 => CanGoEast(row, column),
            _ => CanGoWest(row, column),
        };
        if (canMove)
        {
            var heading = Headings[action];
            ahead = (Math.Clamp(row + heading[0].Down, 0, Last), Math.Clamp(column + heading[0].Right, 0, Last));
            left = Drift(row, column, heading[1]);
            right = Drift(row, column, heading[2]);
        }

        return [To(ahead, probability), To(left, lateral), To(right, lateral)];

        Transition To((int Row, int Column) place, double chance) =>
            new(chance, Encode(place.Row, place.Column, passenger, destination), -1, false);
    }

    // A drift east or west is checked against the wall on the way back, as Gymnasium does.
    private static (int Row, int Column) Drift(int row, int column, (int Down, int Right) move)
    {
        var (newRow, newColumn) = (Math.Clamp(row + move.Down, 0, Last), Math.Clamp(column + move.Right, 0, Last));
        return (move.Right == 1 && !CanGoWest(newRow, newColumn)) || (move.Right == -1 && !CanGoEast(newRow, newColumn))
            ? (row, column)
            : (newRow, newColumn);
    }

    private static bool CanGoEast(int row, int column) => Map[row + 1][(2 * column) + 2] == ':';

    private static bool CanGoWest(int row, int column) => Map[row + 1][2 * column] == ':';

    private static Transition PickUp(int state)
    {
        var (row, column, passenger, destination) = Decode(state);
        return passenger < InTaxi && (row, column) == Stands[passenger]
            ? new(1.0, Encode(row, column, InTaxi, destination), -1, false)
            : new(1.0, state, -10, false);
    }

    private static Transition DropOff(int state)
    {
        var (row, column, passenger, destination) = Decode(state);
        if (passenger == InTaxi && (row, column) == Stands[destination])
        {
            return new(1.0, Encode(row, column, destination, destination), 20, true);
        }

        var stand = Array.IndexOf(Stands, (row, column));
        return passenger == InTaxi && stand >= 0
            ? new(1.0, Encode(row, column, stand, destination), -1, false)
            : new(1.0, state, -10, false);
    }
}
