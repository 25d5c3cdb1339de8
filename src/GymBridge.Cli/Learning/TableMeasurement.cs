using GymBridge.Agents;
using GymBridge.Agents.Planning;
using GymBridge.Agents.Prediction;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Learning;

/// <summary>Exact measures of greedy policies where the environment has its tables, and rows that learn nothing but the values of states.</summary>
internal static class TableMeasurement
{
    // Of environments without a time limit: enough for any way that leads to the end.
    private const int LongestEpisode = 200;

    private const double WalkStepSize = 0.02;
    private const int WalkEpisodes = 1000;

    /// <summary>The expected return of the greedy policy within the environment's time limit, and the expected share of its steps that are action 1.</summary>
    public static (double Return, double Share) Measure(LearningRow row, Policy policy, EnvironmentSource source)
    {
        using var env = source.Make(row.EnvId, new MakeOptions { Kwargs = row.EvaluationKwargs ?? row.Kwargs });
        var (model, limit) = (MdpModel.Of(env), env.Spec?.MaxEpisodeSteps ?? LongestEpisode);
        var greedy = TabularPolicy.Of([.. Enumerable.Range(0, model.States).Select(state => (int)policy.Predict<long, long>(state))], model.Actions);
        var (score, _, length) = FiniteHorizon.Evaluate(model, greedy, limit, row.Discount);
        var chosen = model.WithRewards((_, action, _) => action == 1 ? 1 : 0);
        return (score, FiniteHorizon.Evaluate(chosen, greedy, limit).Return / length);
    }

    /// <summary>TD(0) on the random walk: the root mean square error of its five values.</summary>
    public static LearningResult TemporalDifferences(LearningRow row, long seed, EnvironmentSource source, TimeProvider time) =>
        Predict(row, seed, source, time, (values, episode) => TemporalDifference.Update(values, episode, 1, WalkStepSize));

    /// <summary>Every-visit Monte Carlo on the random walk, sample means.</summary>
    public static LearningResult MonteCarlo(LearningRow row, long seed, EnvironmentSource source, TimeProvider time)
    {
        var visits = new Dictionary<int, int>();
        return Predict(row, seed, source, time, (values, episode) => MonteCarloPrediction.Update(
            values, episode, 1, state => 1.0 / (visits[state] = visits.GetValueOrDefault(state) + 1), firstVisit: false));
    }

    /// <summary>Value iteration: how far its values are from those of its policy, solved as linear equations.</summary>
    public static LearningResult ValueIterations(LearningRow row, long seed, EnvironmentSource source, TimeProvider time) => Plan(
        row, seed, source, time, model => ValueIteration.Solve(model, new PlanningSettings { Gamma = row.Discount, Tolerance = 1e-14 }));

    /// <summary>Policy iteration: the same.</summary>
    public static LearningResult PolicyIterations(LearningRow row, long seed, EnvironmentSource source, TimeProvider time) => Plan(
        row, seed, source, time, model => PolicyIteration.Solve(model, row.Discount));

    private static LearningResult Predict(LearningRow row, long seed, EnvironmentSource source, TimeProvider time, Action<double[], PredictionEpisode> learn)
    {
        using var env = source.Make(row.EnvId, new MakeOptions()).As<long, long>();
        var table = MdpModel.Of(env);
        var truth = PolicyEvaluation.Solve(table, TabularPolicy.Uniform(table), 1);
        var start = time.GetTimestamp();
        var values = new double[table.States];
        Array.Fill(values, 0.5);
        var (episodes, errors, steps) = (new List<double>(), new List<double>(), 0L);
        env.Reset(seed);
        for (var episode = 1; episode <= WalkEpisodes; episode++)
        {
            var played = PredictionEpisode.Play(env, _ => 0);
            learn(values, played);
            steps += played.Steps;
            episodes.Add(episode);
            errors.Add(Error());
        }

        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return new LearningResult(seed, errors[^1], steps, seconds, string.Empty, IsInBounds: true) { Curve = new Curve(episodes, errors) };

        double Error()
        {
            var squares = Enumerable.Range(0, table.States).Where(state => !table.IsTerminal(state)).Select(state => Math.Pow(values[state] - truth[state], 2));
            return Math.Sqrt(squares.Average());
        }
    }

    private static LearningResult Plan(LearningRow row, long seed, EnvironmentSource source, TimeProvider time, Func<MdpModel, PlanningResult> solve)
    {
        using var env = source.Make(row.EnvId, new MakeOptions());
        var model = MdpModel.Of(env);
        var start = time.GetTimestamp();
        var found = solve(model);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var exact = PolicyEvaluation.Solve(model, found.Policy, row.Discount);

        // Optimal is what no action improves on: the values of the policy are their own best backup.
        var residual = Enumerable.Range(0, model.States).Max(state => Math.Abs(model.ActionValues(exact, row.Discount)[state].Max() - exact[state]));
        var error = Math.Max(residual, found.Values.Zip(exact, (value, truth) => Math.Abs(value - truth)).Max());
        return new LearningResult(seed, error, model.States, seconds, string.Empty, IsInBounds: true)
        {
            Curve = new Curve([.. Enumerable.Range(1, found.Changes.Count).Select(sweep => (double)sweep)], found.Changes),
        };
    }
}
