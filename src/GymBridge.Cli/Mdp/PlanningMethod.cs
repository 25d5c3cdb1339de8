using GymBridge.Agents.Planning;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Mdp;

/// <summary>A way to solve a decision process, by its name on the command line.</summary>
/// <param name="Name">What <c>--method</c> takes.</param>
/// <param name="Solve">Solves a model: with settings, a temperature and a share of actions at random.</param>
internal sealed record PlanningMethod(string Name, Func<MdpModel, PlanningSettings, double, double, PlanningResult> Solve)
{
    public static IReadOnlyList<PlanningMethod> All { get; } =
    [
        new("value-iteration", (model, settings, _, epsilon) => ValueIteration.Solve(model, settings, epsilon)),
        new("policy-iteration", (model, settings, _, _) => PolicyIteration.Solve(model, settings.Gamma)),
        new("uniform", (model, settings, _, _) => PolicyEvaluation.Sweep(model, TabularPolicy.Uniform(model), settings)),
        new("soft", (model, settings, temperature, _) => SoftValueIteration.Solve(model, temperature, settings)),
        new("soft-kl", (model, settings, temperature, _) => SoftValueIteration.Solve(model, temperature, settings, TabularPolicy.Uniform(model))),
        new("inference", (model, settings, temperature, _) => ControlAsInference.Solve(model, temperature, settings)),
    ];

    /// <exception cref="UsageException">There is none of the name.</exception>
    public static PlanningMethod Get(string name) => All.FirstOrDefault(method => method.Name == name)
        ?? throw new UsageException($"There is no method '{name}'; choose one of {string.Join(", ", All.Select(method => method.Name))}.");
}
