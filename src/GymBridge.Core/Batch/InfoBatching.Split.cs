using GymBridge.Values;

namespace GymBridge.Batch;

/// <content>The way back: one info for each lane. Source: <c>gymnasium/wrappers/vector/dict_info_to_list.py</c> 1.4.0.</content>
public static partial class InfoBatching
{
    /// <summary>The infos of the lanes; empty where a lane has none.</summary>
    /// <param name="batch">For each key an array or list over the lanes, or a batch in turn, and under <c>_key</c> the lanes that have it; without one, all.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <exception cref="ArgumentException">A value has another number of lanes, or is no array, list or info.</exception>
    public static Info[] Split(Info batch, int lanes)
    {
        var infos = new Info[lanes];
        for (var lane = 0; lane < lanes; lane++)
        {
            infos[lane] = new Info();
        }

        foreach (var (key, value) in batch)
        {
            if (key.StartsWith('_'))
            {
                continue;
            }

            var mask = batch.TryGetValue("_" + key, out var flags) ? Items(flags, "_" + key, lanes) : null;
            var items = Items(value, key, lanes);
            for (var lane = 0; lane < lanes; lane++)
            {
                if (mask is null || mask[lane] is NumPyScalar { Item: true })
                {
                    infos[lane][key] = items[lane];
                }
            }
        }

        return infos;
    }

    private static IReadOnlyList<object?> Items(object? value, string key, int lanes)
    {
        IReadOnlyList<object?> items = value switch
        {
            Info nested => Split(nested, lanes),
            NDArray { Shape.Length: > 0 } array => [.. array.Rows().Select(Scalar)],
            IReadOnlyList<object?> list => list,
            _ => throw new ArgumentException($"Expects '{key}' to be an array, list or info over the lanes, got {PythonText.Repr(value)}", nameof(value)),
        };
        return items.Count == lanes
            ? items
            : throw new ArgumentException(
                $"Expects {PythonText.Repr(value)} to have length equal to the num-envs ({lanes}), actual length is {items.Count}", nameof(value));
    }

    private static object? Scalar(object? row) => row is NDArray { Shape.IsEmpty: true } array ? new NumPyScalar(array) : row;
}
