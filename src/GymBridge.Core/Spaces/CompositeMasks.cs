namespace GymBridge.Spaces;

/// <summary>Masks of spaces that hold others.</summary>
internal static class CompositeMasks
{
    /// <summary>A restriction as a tuple with one element for each space inside.</summary>
    public static TupleValue Tuple(object restriction, int count, bool isProbability)
    {
        var kind = isProbability ? "probability" : "mask";
        if (restriction is not TupleValue tuple)
        {
            throw new ArgumentException($"Expected type of `{kind}` to be tuple, actual type: {restriction.GetType().Name}");
        }

        return tuple.Count == count
            ? tuple
            : throw new ArgumentException($"Expected length of `{kind}` to be {count}, actual length: {tuple.Count}");
    }

    /// <summary>A value of a space under a part of the restriction, which may be null.</summary>
    public static object Sample(Space space, object? restriction, bool isProbability) =>
        isProbability ? space.Sample(null, restriction) : space.Sample(restriction);
}
