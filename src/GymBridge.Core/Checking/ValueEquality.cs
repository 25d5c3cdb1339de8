using GymBridge.Spaces;

namespace GymBridge.Checking;

/// <summary>Strict equality of values: types, order of keys, bytes of arrays.</summary>
public static class ValueEquality
{
    /// <summary>Whether two values of spaces or infos are the same, deep inside too.</summary>
    /// <param name="a">Any value that an info can hold.</param>
    /// <param name="b">Another.</param>
    /// <returns>True for equal values; NaN equals NaN, 0.0 differs from -0.0 inside arrays.</returns>
    public static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (Info x, Info y) => x.Count == y.Count && x.Zip(y).All(pair => pair.First.Key == pair.Second.Key && AreEqual(pair.First.Value, pair.Second.Value)),
        (TupleValue x, TupleValue y) => ItemsEqual(x, y),
        (List<object?> x, List<object?> y) => ItemsEqual(x, y),
        (GraphInstance x, GraphInstance y) => AreEqual(x.Nodes, y.Nodes) && AreEqual(x.Edges, y.Edges) && AreEqual(x.EdgeLinks, y.EdgeLinks),
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        _ => a is not null && a.Equals(b),
    };

    private static bool ItemsEqual(IReadOnlyList<object?> x, IReadOnlyList<object?> y) =>
        x.Count == y.Count && x.Zip(y).All(pair => AreEqual(pair.First, pair.Second));
}
