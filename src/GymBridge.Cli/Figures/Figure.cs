namespace GymBridge.Cli.Figures;

/// <summary>A picture of the lessons, made from runs, tables and formulas of the library.</summary>
/// <param name="Name"><c>bandit-regret</c>.</param>
/// <param name="Description">What it shows.</param>
/// <param name="Save">Draws it into a file, <c>.svg</c> or <c>.png</c>.</param>
internal sealed record Figure(string Name, string Description, Action<string, EnvironmentSource, CancellationToken> Save)
{
    /// <summary>All figures.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("agent-environment-loop", "An agent acts, the environment answers.", (path, _, _) => LoopFigure.Save(path)),
        new("mdp-state-machine", "StateMachine-v0 as states, actions and chances.", (path, source, _) => StateMachineFigure.Save(path, source)),
        new("backups", "What Monte Carlo, TD and dynamic programming look at.", (path, _, _) => BackupFigure.Save(path)),
        new("gridworld-q-values", "Q* of GridWorld-v0, and the best moves.", (path, source, _) => GridWorldFigure.Save(path, source)),
        new("q-learning-trace", "Q of LineWorld-v0 after each of three episodes.", (path, source, _) => QLearningTraceFigure.Save(path, source)),
        new("bandit-regret", "Regret of a pull, mean over 20, of five algorithms.", BanditRegretFigure.Save),
        new("bandit-cumulative-regret", "Regret of all pulls so far, of the same five algorithms.", BanditRegretFigure.SaveCumulative),
        new("reward-hacking", "Proxy and reward of the best policies for the proxy, over the KL divergence.", (path, _, _) => RewardHackingFigure.Save(path)),
        new("dpo-loss", "The loss of DPO over the margin of a pair.", (path, _, _) => DpoLossFigure.Save(path)),
    ];
}
