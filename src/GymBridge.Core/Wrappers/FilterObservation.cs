using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Keeps some entries of dict observations.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="keys">The keys of the dict that stay.</param>
    /// <exception cref="ArgumentException">The observations are no dict, a key does not exist, or none is left.</exception>
    public static Env FilterObservation(this Env env, params ReadOnlySpan<string> keys) => Wrappers.FilterObservation.Wrap(env, keys);

    /// <inheritdoc cref="FilterObservation(Env, ReadOnlySpan{string})"/>
    public static Env<Info, TAction> FilterObservation<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<string> keys) =>
        (Env<Info, TAction>)((Env)env).FilterObservation(keys);

    /// <inheritdoc cref="FilterObservation(Env, ReadOnlySpan{string})"/>
    public static VectorEnv FilterObservation(this VectorEnv env, params ReadOnlySpan<string> keys) =>
        new VectorObservations(env, Wrappers.FilterObservation.Transform(env.SingleObservationSpace, keys));

    /// <summary>Keeps some places of tuple observations.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="indices">The places in the tuple that stay.</param>
    /// <exception cref="ArgumentException">The observations are no tuple, an index does not exist, comes twice, or none is left.</exception>
    public static Env FilterObservation(this Env env, params ReadOnlySpan<int> indices) => Wrappers.FilterObservation.Wrap(env, indices);

    /// <inheritdoc cref="FilterObservation(Env, ReadOnlySpan{int})"/>
    public static Env<TupleValue, TAction> FilterObservation<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> indices) =>
        (Env<TupleValue, TAction>)((Env)env).FilterObservation(indices);

    /// <inheritdoc cref="FilterObservation(Env, ReadOnlySpan{int})"/>
    public static VectorEnv FilterObservation(this VectorEnv env, params ReadOnlySpan<int> indices) =>
        new VectorObservations(env, Wrappers.FilterObservation.Transform(env.SingleObservationSpace, indices));
}

/// <summary>Keeps some parts of dict or tuple observations. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class FilterObservation
{
    /// <summary>Wraps an environment with dict observations.</summary>
    /// <exception cref="ArgumentException">The observations are no dict, or a key does not exist or none is left.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<string> keys) =>
        env.Accept(new LaneObservation<Info>(Transform(env.ObservationSpace, keys), nameof(FilterObservation)));

    /// <summary>Wraps an environment with tuple observations.</summary>
    /// <exception cref="ArgumentException">The observations are no tuple, or an index does not exist, comes twice, or none is left.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> indices) =>
        env.Accept(new LaneObservation<TupleValue>(Transform(env.ObservationSpace, indices), nameof(FilterObservation)));

    /// <summary>The copying, for the vector wrapper too.</summary>
    internal static LaneTransform Transform(Space space, ReadOnlySpan<string> keys)
    {
        var dict = space as DictSpace ?? throw new ArgumentException(
            $"FilterObservation by keys is only usable with `Dict` observations, actual space: {space}", nameof(space));
        var kept = keys.ToArray();
        var missing = kept.Except(dict.Spaces.Select(item => item.Key)).ToList();
        if (missing.Count > 0 || kept.Length == 0)
        {
            throw new ArgumentException(
                $"All the `filter_keys` must be included in the observation space, and one at least. Filter keys: [{string.Join(", ", kept)}]; observation keys: [{string.Join(", ", dict.Spaces.Select(item => item.Key))}]; missing keys: [{string.Join(", ", missing)}]",
                nameof(keys));
        }

        var filtered = dict.SortKeys
            ? new DictSpace(kept.ToDictionary(key => key, key => dict[key]))
            : new DictSpace([.. kept.Select(key => (key, dict[key]))]) { SortKeys = false };
        var (names, parts) = (dict.Spaces.Select(item => item.Key).ToList(), dict.Spaces.Select(item => item.Space).ToList());
        return new Selection(filtered, filtered.Spaces.SelectMany(item => LeavesOf(parts, names.IndexOf(item.Key))));
    }

    /// <summary>The copying, for the vector wrapper too.</summary>
    internal static LaneTransform Transform(Space space, ReadOnlySpan<int> indices)
    {
        var tuple = space as TupleSpace ?? throw new ArgumentException(
            $"FilterObservation by indices is only usable with `Tuple` observations, actual space: {space}", nameof(space));
        var kept = indices.ToArray();
        if (kept.Length == 0 || kept.Distinct().Count() != kept.Length || kept.Any(index => index < 0 || index >= tuple.Spaces.Length))
        {
            throw new ArgumentException(
                $"The `filter_keys` must be different indices below {tuple.Spaces.Length}, and one at least; got [{string.Join(", ", kept)}]", nameof(indices));
        }

        return new Selection(new TupleSpace([.. kept.Select(index => tuple.Spaces[index])]), kept.SelectMany(index => LeavesOf(tuple.Spaces, index)));
    }

    private static IEnumerable<int> LeavesOf(IReadOnlyList<Space> parts, int index) =>
        Enumerable.Range(parts.Take(index).Sum(part => part.Leaves.Length), parts[index].Leaves.Length);

    private sealed class Selection(Space space, IEnumerable<int> leaves) : LaneTransform(space)
    {
        private readonly int[] _leaves = [.. leaves];

        public override void Apply(Columns source, int sourceLane, Columns target, int targetLane)
        {
            for (var i = 0; i < _leaves.Length; i++)
            {
                target[i].CopyLane(source[_leaves[i]], sourceLane, targetLane);
            }
        }
    }
}
