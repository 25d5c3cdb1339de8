using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace GymBridge;

/// <summary>A Python set or frozenset inside an info, option or keyword argument; it keeps the order it was given.</summary>
/// <param name="Items">The elements, without repeats.</param>
/// <param name="IsFrozen">Whether it is a frozenset.</param>
[SuppressMessage("Naming", "CA1710", Justification = "The name goes with TupleValue.")]
public sealed record SetValue(ImmutableArray<object?> Items, bool IsFrozen = false) : IReadOnlyCollection<object?>
{
    /// <inheritdoc/>
    public int Count => Items.Length;

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same elements, in any order, and the same kind of set.</summary>
    public bool Equals(SetValue? other) => other is not null && IsFrozen == other.IsFrozen && Count == other.Count
        && new HashSet<object?>(Items).SetEquals(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(Items.Length, (hash, item) => hash ^ (item?.GetHashCode() ?? 0));
}
