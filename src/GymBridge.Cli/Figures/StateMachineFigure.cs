using System.Globalization;
using GymBridge.Agents.Planning;

namespace GymBridge.Cli.Figures;

/// <summary>A decision process as a state machine: its own tables, states as circles, actions as dots.</summary>
internal static class StateMachineFigure
{
    private const float StateRadius = 30;
    private const float DotRadius = 15;

    // How far along an arrow its label stands: near its action, before the arrows cross.
    private const float LabelShare = 0.2f;

    // Where the three states are, and beside each its two actions.
    private static readonly (float X, float Y)[] States = [(170, 150), (630, 150), (400, 470)];

    private static readonly (float X, float Y)[][] Dots =
    [
        [(70, 250), (270, 330)],
        [(400, 90), (730, 270)],
        [(170, 500), (600, 470)],
    ];

    private static readonly string[] Colours = ["#0072B2", "#D55E00"];

    public static void Save(string path, EnvironmentSource source)
    {
        using var env = source.Make("StateMachine-v0", new MakeOptions());
        var model = MdpModel.Of(env);
        Diagram.Save(path, 800, 580, diagram =>
        {
            var labels = new List<(float X, float Y, string Text)>();
            for (var state = 0; state < model.States; state++)
            {
                for (var action = 0; action < model.Actions; action++)
                {
                    Draw(diagram, model, state, action, labels);
                }
            }

            for (var state = 0; state < model.States; state++)
            {
                diagram.Circle(States[state].X, States[state].Y, StateRadius, "#dbeafe");
                diagram.Text(States[state].X, States[state].Y, $"s{state}", 17);
            }

            // On top of all arrows, so that none crosses them.
            labels.ForEach(label => diagram.Label(label.X, label.Y, label.Text));
            diagram.Text(400, 30, "StateMachine-v0: an arrow is a chance, and the reward where there is one", 15);
        });
    }

    private static void Draw(Diagram diagram, MdpModel model, int state, int action, List<(float X, float Y, string Text)> labels)
    {
        var (dot, colour) = (Dots[state][action], Colours[action]);
        diagram.Arrow(colour, Towards(States[state], dot, StateRadius), Towards(dot, States[state], DotRadius));
        foreach (var outcome in model.Outcomes(state, action))
        {
            var end = States[outcome.State];
            var bend = Bend(dot, end, outcome.State == state ? 60 : 34);
            diagram.Curve(Towards(dot, bend, DotRadius), bend, Towards(end, bend, StateRadius), colour);
            var label = outcome.Probability.ToString("0.##", CultureInfo.InvariantCulture)
                + (outcome.Reward == 0 ? string.Empty : outcome.Reward.ToString("', '+0;', '-0", CultureInfo.InvariantCulture));
            var (x, y) = At(dot, bend, end, LabelShare);
            labels.Add((x, y, label));
        }

        diagram.Circle(dot.X, dot.Y, DotRadius, "#ffffff");
        diagram.Text(dot.X, dot.Y, $"a{action}", 13, colour);
    }

    // The point of a bent arrow at a share of its way.
    private static (float X, float Y) At((float X, float Y) from, (float X, float Y) bend, (float X, float Y) to, float share)
    {
        var (start, middle, end) = ((1 - share) * (1 - share), 2 * share * (1 - share), share * share);
        return ((start * from.X) + (middle * bend.X) + (end * to.X), (start * from.Y) + (middle * bend.Y) + (end * to.Y));
    }

    // A point on the way from one to another, so far from the first.
    private static (float X, float Y) Towards((float X, float Y) from, (float X, float Y) to, float distance)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        return (from.X + (distance * dx / length), from.Y + (distance * dy / length));
    }

    // A point beside the middle of the way, so that two ways between the same places lie apart.
    private static (float X, float Y) Bend((float X, float Y) from, (float X, float Y) to, float distance)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        return (((from.X + to.X) / 2) - (distance * dy / length), ((from.Y + to.Y) / 2) + (distance * dx / length));
    }
}
