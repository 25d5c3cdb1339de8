using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Keeps some parts of dict or tuple observations. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
public static class FilterObservation
{
    /// <summary>Wraps an environment with dict observations.</summary>
    /// <exception cref="ArgumentException">The observations are no dict, or a key does not exist or none is left.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<string> keys)
    {
        var dict = env.ObservationSpace as DictSpace ?? throw new ArgumentException(
            $"FilterObservation by keys is only usable with `Dict` observations, actual space: {env.ObservationSpace}", nameof(env));
        var kept = keys.ToArray();
        var missing = kept.Except(dict.Spaces.Select(item => item.Key)).ToList();
        if (missing.Count > 0 || kept.Length == 0)
        {
            throw new ArgumentException(
                $"All the `filter_keys` must be included in the observation space, and one at least. Filter keys: [{string.Join(", ", kept)}]; observation keys: [{string.Join(", ", dict.Spaces.Select(item => item.Key))}]; missing keys: [{string.Join(", ", missing)}]",
                nameof(keys));
        }

        var space = dict.SortKeys
            ? new DictSpace(kept.ToDictionary(key => key, key => dict[key]))
            : new DictSpace([.. kept.Select(key => (key, dict[key]))]) { SortKeys = false };
        return env.Accept(new NaturalObservation<Info>(
            observation =>
            {
                var info = new Info();
                foreach (var key in kept)
                {
                    info[key] = ((Info)observation)[key];
                }

                return info;
            },
            space,
            nameof(FilterObservation)));
    }

    /// <summary>Wraps an environment with tuple observations.</summary>
    /// <exception cref="ArgumentException">The observations are no tuple, or an index does not exist, comes twice, or none is left.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> indices)
    {
        var tuple = env.ObservationSpace as TupleSpace ?? throw new ArgumentException(
            $"FilterObservation by indices is only usable with `Tuple` observations, actual space: {env.ObservationSpace}", nameof(env));
        var kept = indices.ToArray();
        if (kept.Length == 0 || kept.Distinct().Count() != kept.Length || kept.Any(index => index < 0 || index >= tuple.Spaces.Length))
        {
            throw new ArgumentException(
                $"The `filter_keys` must be different indices below {tuple.Spaces.Length}, and one at least; got [{string.Join(", ", kept)}]", nameof(indices));
        }

        return env.Accept(new NaturalObservation<TupleValue>(
            observation => new TupleValue([.. kept.Select(index => ((TupleValue)observation)[index])]),
            new TupleSpace([.. kept.Select(index => tuple.Spaces[index])]),
            nameof(FilterObservation)));
    }
}
