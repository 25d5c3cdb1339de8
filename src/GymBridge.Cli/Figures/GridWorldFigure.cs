using System.Globalization;
using GymBridge.Agents.Planning;

namespace GymBridge.Cli.Figures;

/// <summary>Q* of the grid world, a triangle for each action of each cell, the best ones in the strongest colour.</summary>
internal static class GridWorldFigure
{
    private const int Side = 4;
    private const float Cell = 130;
    private const float Margin = 30;
    private const float Top = 60;
    private const double Gamma = 0.9;

    public static void Save(string path, EnvironmentSource source)
    {
        using var env = source.Make("GridWorld-v0", new MakeOptions());
        var solved = ValueIteration.Solve(MdpModel.Of(env), new PlanningSettings { Gamma = Gamma });
        Diagram.Save(path, (int)((Side * Cell) + (2 * Margin)), (int)((Side * Cell) + Top + Margin), diagram =>
        {
            diagram.Text(Margin + (Side * Cell / 2), 30, "GridWorld-v0: Q* of each move, \u03b3 = 0.9; green is best", 16);
            for (var state = 0; state < Side * Side; state++)
            {
                Draw(diagram, Margin + (state % Side * Cell), Top + (state / Side * Cell), [.. solved.ActionValues[state]], state == (Side * Side) - 1);
            }
        });
    }

    private static void Draw(Diagram diagram, float x, float y, double[] values, bool isGoal)
    {
        var (right, bottom, middle) = (x + Cell, y + Cell, (X: x + (Cell / 2), Y: y + (Cell / 2)));
        if (isGoal)
        {
            diagram.Polygon("#dcfce7", (x, y), (right, y), (right, bottom), (x, bottom));
            diagram.Text(middle.X, middle.Y, "goal", 17);
            return;
        }

        // Up, right, down, left.
        Fill(0, (x, y), (right, y), (middle.X, y + 24));
        Fill(1, (right, y), (right, bottom), (right - 24, middle.Y));
        Fill(2, (right, bottom), (x, bottom), (middle.X, bottom - 24));
        Fill(3, (x, bottom), (x, y), (x + 26, middle.Y));

        void Fill(int action, (float X, float Y) first, (float X, float Y) second, (float X, float Y) label)
        {
            var isBest = values[action] >= values.Max() - 1e-9;
            diagram.Polygon(isBest ? "#86efac" : "#f6f8fa", first, second, middle);
            diagram.Text(label.X, label.Y, values[action].ToString("0.000", CultureInfo.InvariantCulture), 13);
        }
    }
}
