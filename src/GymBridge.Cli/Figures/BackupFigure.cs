namespace GymBridge.Cli.Figures;

/// <summary>Backup diagrams: open circles are states, filled ones actions, a square is the end. Source of the form: Sutton and Barto 2018,
/// figure 8.11.</summary>
internal static class BackupFigure
{
    private const string Open = "#ffffff";
    private const string Filled = "#24292f";
    private const float State = 13;
    private const float Action = 6;

    public static void Save(string path) => Diagram.Save(path, 780, 470, diagram =>
    {
        MonteCarlo(diagram, 120);
        TemporalDifference(diagram, 340);
        DynamicProgramming(diagram, 590);
    });

    private static void MonteCarlo(Diagram diagram, float x)
    {
        diagram.Text(x, 24, "Monte Carlo", 17);
        diagram.Text(x, 448, "V(s) \u2190 mean of G", 15);
        var y = 66f;
        for (var i = 0; i < 3; i++)
        {
            diagram.Line(x, y, x, y + 96);
            diagram.Circle(x, y, State, i == 0 ? "#dbeafe" : Open);
            diagram.Circle(x, y + 48, Action, Filled);
            y += 96;
        }

        diagram.Box(x - 12, y - 12, 24, 24, "#e6e8eb");
        diagram.Text(x + 62, 240, "one episode,\nto its end", 13);
    }

    private static void TemporalDifference(Diagram diagram, float x)
    {
        diagram.Text(x, 24, "TD(0)", 17);
        diagram.Text(x, 448, "V(s) \u2190 V(s) + \u03b1 (r + \u03b3V(s') \u2212 V(s))", 15);
        diagram.Line(x, 66, x, 162);
        diagram.Circle(x, 66, State, "#dbeafe");
        diagram.Circle(x, 114, Action, Filled);
        diagram.Circle(x, 162, State, "#fef3c7");
        diagram.Text(x + 62, 162, "V(s') stands\nfor the rest", 13);
    }

    private static void DynamicProgramming(Diagram diagram, float x)
    {
        diagram.Text(x, 24, "Dynamic programming", 17);
        diagram.Text(x, 448, "V(s) \u2190 \u03a3 \u03c0 \u03a3 p (r + \u03b3V(s'))", 15);
        float[] actions = [x - 100, x, x + 100];
        foreach (var action in actions)
        {
            diagram.Line(x, 66, action, 140);
            foreach (var shift in new[] { -32, 32 })
            {
                diagram.Line(action, 140, action + shift, 214);
                diagram.Circle(action + shift, 214, State, "#fef3c7");
            }

            diagram.Circle(action, 140, Action, Filled);
        }

        diagram.Circle(x, 66, State, "#dbeafe");
        diagram.Text(x, 254, "every action, every next state, with their chances", 13);
    }
}
