namespace GymBridge.Cli.Figures;

/// <summary>The loop of agent and environment. Source of the form: Sutton and Barto 2018, figure 3.1.</summary>
internal static class LoopFigure
{
    public static void Save(string path) => Diagram.Save(path, 640, 300, diagram =>
    {
        diagram.Box(230, 40, 180, 60, "#dbeafe");
        diagram.Text(320, 70, "Agent\npolicy \u03c0(a|s)", 15);
        diagram.Box(230, 200, 180, 60, "#dcfce7");
        diagram.Text(320, 230, "Environment\np(s', r | s, a)", 15);
        diagram.Arrow((410, 70), (520, 70), (520, 230), (410, 230));
        diagram.Text(570, 150, "action\nA\u209c", 15);
        diagram.Arrow((230, 245), (90, 245), (90, 55), (230, 55));
        diagram.Text(44, 150, "state\nS\u209c\u208a\u2081", 15);
        diagram.Arrow((230, 215), (150, 215), (150, 85), (230, 85));
        diagram.Text(190, 150, "reward\nR\u209c\u208a\u2081", 15);
    });
}
