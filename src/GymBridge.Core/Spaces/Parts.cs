namespace GymBridge.Spaces;

/// <summary>What tuples, dicts and choices do with the spaces inside.</summary>
internal static class Parts
{
    /// <summary>The arrays of fixed size of all spaces; null if a space has other parts.</summary>
    public static IReadOnlyList<ArraySpace>? Join(IReadOnlyList<Space> spaces)
    {
        var parts = spaces.Select(space => space.FixedParts).ToList();
        return parts.Contains(null) ? null : [.. parts.SelectMany(part => part!)];
    }

    /// <summary>Whether the spaces are pairwise of one kind, dtype and shape.</summary>
    public static bool AreEquivalent(IReadOnlyList<Space> first, IReadOnlyList<Space> second) =>
        first.Count == second.Count && first.Zip(second).All(pair => pair.First.HasSameDTypeAndShape(pair.Second));

    /// <summary>The part of each space in a flattened value.</summary>
    public static IReadOnlyList<NDArray> Split(IReadOnlyList<Space> spaces, NDArray flat)
    {
        var parts = new List<NDArray>();
        var offset = 0;
        foreach (var space in spaces)
        {
            var length = space.FlatDimension();
            parts.Add(flat.Slice(offset, length));
            offset += length;
        }

        return parts;
    }

    /// <summary>The values in a batch by parts; null if a part is no batch, or their lengths differ.</summary>
    public static IReadOnlyList<object?>? Rows(IReadOnlyList<Space> spaces, IReadOnlyList<object?> parts, Func<IEnumerable<object?>, object> join)
    {
        var columns = new List<IReadOnlyList<object?>>();
        for (var i = 0; i < spaces.Count; i++)
        {
            if (parts[i] is not { } part || spaces[i].TryIterate(part) is not { } column)
            {
                return null;
            }

            columns.Add(column);
        }

        return columns.Select(column => column.Count).Distinct().Count() > 1
            ? null
            : [.. Enumerable.Range(0, columns.Count == 0 ? 0 : columns[0].Count).Select(object? (n) => join(columns.Select(column => column[n])))];
    }

    /// <summary>A batch of another space, value by value.</summary>
    public static object MapBatch(Space from, Space to, object batch, Func<object, object> map) =>
        to.Concatenate([.. from.Batch(1).Iterate(batch).Select(item => map(item!))]);
}
