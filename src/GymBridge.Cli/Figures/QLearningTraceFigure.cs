using System.Globalization;
using GymBridge.Agents.Formulas;

namespace GymBridge.Cli.Figures;

/// <summary>Q-learning with step size 1 on the line world: how the reward travels back, episode by episode.</summary>
internal static class QLearningTraceFigure
{
    private const int Up = 0;
    private const int Down = 1;
    private const double Gamma = 0.9;
    private const double StepSize = 1;

    // What is done in three episodes, each from S1.
    private static readonly int[][] Episodes = [[Down, Up, Down, Down, Down], [Down, Down, Down], [Down, Down, Down]];

    public static void Save(string path, EnvironmentSource source)
    {
        var tables = Trace(source);
        Diagram.Save(path, 720, 300, diagram =>
        {
            diagram.Text(360, 26, "Q-learning on LineWorld-v0, \u03b1 = 1, \u03b3 = 0.9: Q after each episode", 16);
            for (var episode = 0; episode < tables.Count; episode++)
            {
                Draw(diagram, 40 + (episode * 230), tables[episode], episode);
            }
        });
    }

    /// <summary>Q of S1, S2, S3 after each episode, up and down.</summary>
    public static IReadOnlyList<double[][]> Trace(EnvironmentSource source)
    {
        using var env = source.Make("LineWorld-v0", new MakeOptions()).As<long, long>();
        double[][] values = [.. Enumerable.Range(0, 5).Select(_ => new double[2])];
        var tables = new List<double[][]>();
        foreach (var actions in Episodes)
        {
            var state = env.Reset(1).Observation;
            foreach (var action in actions)
            {
                var step = env.Step(action);
                var target = ActionValueTargets.QLearning(step.Reward, Gamma, values[step.Observation], step.Terminated);
                values[state][action] = ActionValueTargets.Move(values[state][action], target, StepSize);
                state = step.Observation;
            }

            tables.Add([.. values[1..4].Select(row => row.ToArray())]);
        }

        return tables;
    }

    private static void Draw(Diagram diagram, float x, double[][] table, int episode)
    {
        var moves = string.Join(" ", Episodes[episode].Select(action => action == Up ? "\u2191" : "\u2193"));
        diagram.Text(x + 90, 64, $"episode {episode + 1}:  {moves}", 14);
        diagram.Text(x + 80, 96, "up", 13);
        diagram.Text(x + 150, 96, "down", 13);
        for (var row = 0; row < table.Length; row++)
        {
            var y = 112 + (row * 54);
            diagram.Text(x + 20, y + 25, $"S{row + 1}", 15);
            for (var action = 0; action < 2; action++)
            {
                var value = table[row][action];
                diagram.Box(x + 48 + (action * 70), y, 64, 48, value == 0 ? "#f6f8fa" : "#86efac");
                diagram.Text(x + 80 + (action * 70), y + 24, value.ToString("0.##", CultureInfo.InvariantCulture), 15);
            }
        }
    }
}
