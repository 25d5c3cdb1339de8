using System.Collections.Immutable;

namespace GymBridge;

/// <summary>A NumPy array of Python objects (dtype object) inside an info, option or keyword argument.</summary>
/// <param name="Shape">Extent of each dimension.</param>
/// <param name="Items">The elements, row-major; as many as the product of the shape.</param>
public sealed record ObjectArray(ImmutableArray<int> Shape, ImmutableArray<object?> Items)
{
    /// <summary>Whether shape and elements are the same.</summary>
    public bool Equals(ObjectArray? other) => other is not null
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(Items.Length, HashCode.Combine);
}
