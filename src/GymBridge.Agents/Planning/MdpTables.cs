using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>Reads the tables of an environment as Gymnasium writes them: <c>P[state][action] = [(probability, state, reward, terminated), ...]</c>.</summary>
internal static class MdpTables
{
    private const string Table = "P";
    private const string Start = "initial_state_distrib";

    public static MdpModel Read(Env env)
    {
        ArgumentNullException.ThrowIfNull(env);
        if (!env.HasWrapperAttr(Table))
        {
            throw new NotSupportedException(
                $"Environment '{env.Spec?.Id.ToString() ?? env.GetType().Name}' has no tables of transitions (attribute 'P'), so that nothing can be planned in it; "
                + "environments with tables are FrozenLake-v1, CliffWalking-v1, Taxi-v4, GridWorld-v0, Chain-v0, TicTacToe-v0 and others of docs/environments.md.");
        }

        try
        {
            var states = Items(env.GetWrapperAttr(Table));
            return new MdpModel(
                [.. states.Select(ActionsOf)],
                env.HasWrapperAttr(Start) ? Numbers(env.GetWrapperAttr(Start)) : null);
        }
        catch (InvalidCastException exception)
        {
            throw new ArgumentException(
                $"The attribute 'P' of '{env.Spec?.Id.ToString() ?? env.GetType().Name}' is no table {{state: {{action: [(probability, state, reward, terminated), ...]}}}}: {exception.Message}", exception);
        }
    }

    // Keys are states or actions from 0; a list has them in its order.
    private static IReadOnlyList<object?> Items(object? value) => value switch
    {
        OrderedDictionary<object, object?> dict => [.. Enumerable.Range(0, dict.Count).Select(
            key => dict.TryGetValue((long)key, out var item) ? item : throw new InvalidCastException($"the key {key} of {dict.Count} is missing."))],
        TupleValue tuple => [.. tuple.Items],
        IReadOnlyList<object?> list => list,
        _ => throw new InvalidCastException($"a dict or list was expected, got {value?.GetType().Name ?? "None"}."),
    };

    private static IReadOnlyList<IReadOnlyList<MdpOutcome>> ActionsOf(object? state) => [.. Items(state).Select(OutcomesOf)];

    private static IReadOnlyList<MdpOutcome> OutcomesOf(object? action) => [.. Items(action).Select(Outcome)];

    private static MdpOutcome Outcome(object? value)
    {
        var parts = Items(value);
        return parts.Count == 4
            ? new(Number(parts[0]), checked((int)Number(parts[1])), Number(parts[2]), Number(parts[3]) != 0)
            : throw new InvalidCastException($"an outcome has 4 parts, got {parts.Count}.");
    }

    private static List<double> Numbers(object? value) => value switch
    {
        NDArray array => [.. Enumerable.Range(0, array.Length).Select(i => Number(array.GetItem(i)))],
        _ => [.. Items(value).Select(Number)],
    };

    private static double Number(object? value) => value switch
    {
        NumPyScalar scalar => Number(scalar.Item),
        bool flag => flag ? 1 : 0,
        IConvertible number and not string => number.ToDouble(CultureInfo.InvariantCulture),
        _ => throw new InvalidCastException($"a number was expected, got {value?.GetType().Name ?? "None"}."),
    };
}
