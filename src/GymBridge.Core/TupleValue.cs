using System.Collections;
using System.Collections.Immutable;

namespace GymBridge;

/// <summary>A Python tuple inside an info, option or keyword argument; a list is a <see cref="List{T}"/> of objects.</summary>
/// <param name="Items">The elements, in order.</param>
public sealed record TupleValue(ImmutableArray<object?> Items) : IReadOnlyList<object?>
{
    /// <summary>A tuple of these elements.</summary>
    public static TupleValue Of(params object?[] items) => new([.. items]);

    /// <inheritdoc/>
    public int Count => Items.Length;

    /// <inheritdoc/>
    public object? this[int index] => Items[index];

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether all elements are equal, in their order.</summary>
    public bool Equals(TupleValue? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(Items.Length, HashCode.Combine);
}
