using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents.Planning;
using GymBridge.Cli.Output;
using GymBridge.Shared;

namespace GymBridge.Cli.Mdp;

/// <summary>A decision process and what was found of it, as text and as JSON.</summary>
internal static class MdpReport
{
    /// <summary>The tables, a line for each thing that may happen.</summary>
    public static IEnumerable<string> Lines(string id, MdpModel model)
    {
        yield return $"{id}: {Plural.Of(model.States, "state")}, {Plural.Of(model.Actions, "action")}; starts in {Start(model)}";
        yield return $"{"state",5} {"action",6} {"p",12} {"next",5} {"r",12}";
        for (var state = 0; state < model.States; state++)
        {
            if (model.IsTerminal(state))
            {
                yield return $"{state,5} terminal";
                continue;
            }

            for (var action = 0; action < model.Actions; action++)
            {
                foreach (var outcome in model.Outcomes(state, action).ToArray())
                {
                    yield return $"{state,5} {action,6} {Text(outcome.Probability),12} {outcome.State,5} {Text(outcome.Reward),12}{(outcome.Terminated ? " ends" : string.Empty)}";
                }
            }
        }
    }

    public static JsonObject Json(string id, MdpModel model) => new()
    {
        ["env_id"] = id,
        ["states"] = model.States,
        ["actions"] = model.Actions,
        ["start"] = Numbers(model.Start),
        ["terminal"] = Array(Enumerable.Range(0, model.States).Where(model.IsTerminal), state => state),

        // As Gymnasium's P: (probability, next state, reward, terminated).
        ["transitions"] = Array(Enumerable.Range(0, model.States), state => Array(Enumerable.Range(0, model.Actions), action => Array(
            model.Outcomes(state, action).ToArray(),
            outcome => new JsonArray(CliOutput.Number(outcome.Probability), outcome.State, CliOutput.Number(outcome.Reward), outcome.Terminated)))),
    };

    /// <summary>Values and greedy actions, a line for each state.</summary>
    public static IEnumerable<string> Lines(string id, MdpModel model, string method, PlanningResult result)
    {
        yield return $"{id} by {method}, gamma {Text(result.Gamma)}: {result.Changes.Count} sweeps, last change {Text(result.Changes[^1])}, "
            + $"values are within {(double.IsFinite(result.ErrorBound) ? Text(result.ErrorBound) : "an unknown bound")}";
        yield return $"{"state",5} {"V",16} {string.Join(' ', Enumerable.Range(0, model.Actions).Select(action => $"{"Q" + action,16}"))} action";
        for (var state = 0; state < model.States; state++)
        {
            yield return model.IsTerminal(state)
                ? $"{state,5} {Text(result.Values[state]),16} terminal"
                : $"{state,5} {Text(result.Values[state]),16} {string.Join(' ', result.ActionValues[state].Select(value => $"{Text(value),16}"))} {result.Actions[state],6}";
        }

        yield return $"An episode is worth {Text(StartValue(model, result))} at its start.";
    }

    public static JsonObject Json(string id, MdpModel model, string method, PlanningResult result) => new()
    {
        ["env_id"] = id,
        ["method"] = method,
        ["gamma"] = result.Gamma,
        ["sweeps"] = result.Changes.Count,
        ["last_change"] = CliOutput.Number(result.Changes[^1]),
        ["error_bound"] = CliOutput.Number(result.ErrorBound),
        ["start_value"] = CliOutput.Number(StartValue(model, result)),
        ["terminal"] = Array(Enumerable.Range(0, model.States).Where(model.IsTerminal), state => state),
        ["values"] = Numbers(result.Values),
        ["action_values"] = Array(result.ActionValues, row => Numbers(row)),
        ["policy"] = Array(result.Policy, row => Numbers(row)),
        ["actions"] = Array(result.Actions, action => action),
    };

    private static double StartValue(MdpModel model, PlanningResult result) =>
        result.Values.Zip(model.Start, (value, probability) => value * probability).Sum();

    private static string Start(MdpModel model)
    {
        int[] starts = [.. Enumerable.Range(0, model.States).Where(state => model.Start[state] > 0)];
        return starts.Length == 1 ? $"state {starts[0]}" : $"one of {starts.Length} states";
    }

    private static string Text(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture) is var text && (text.Trim('-') != "0" || number == 0)
        ? text
        : number.ToString("0.###e+0", CultureInfo.InvariantCulture);

    private static JsonArray Numbers(IEnumerable<double> numbers) => Array(numbers, number => CliOutput.Number(number));

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> write) => new([.. items.Select(write)]);
}
