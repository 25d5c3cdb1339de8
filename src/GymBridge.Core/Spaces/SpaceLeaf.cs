using System.Collections.Immutable;

namespace GymBridge.Spaces;

/// <summary>One array of fixed size inside a space: what a column of a batch holds for each lane.</summary>
/// <param name="Path">Where the leaf is: empty for the space itself.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Shape for one lane.</param>
public sealed record SpaceLeaf(string Path, DType DType, ImmutableArray<int> Shape)
{
    /// <summary>Elements for one lane.</summary>
    public int Elements { get; } = NDArray.ByteCount(DType, Shape.AsSpan()) / DType.ItemSize();

    /// <summary>Bytes for one lane.</summary>
    public int Bytes => Elements * DType.ItemSize();

    /// <inheritdoc/>
    public override string ToString() => $"'{Path}' {DType.Name()} {NDArray.ShapeText(Shape.AsSpan())}";
}
