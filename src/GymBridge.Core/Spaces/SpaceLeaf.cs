using System.Collections.Immutable;

namespace GymBridge.Spaces;

/// <summary>One array of fixed size inside a space: what a column of a batch holds for each lane.</summary>
/// <param name="Path">Where the leaf is: empty for the space itself.</param>
/// <param name="DType">Type of an element.</param>
/// <param name="Shape">Shape for one lane.</param>
public sealed record SpaceLeaf(string Path, DType DType, ImmutableArray<int> Shape)
{
    /// <summary>Whether a lane holds a value without a fixed size (a text, a sequence, a graph), as an object and not as bytes.</summary>
    public bool IsVariable { get; init; }

    /// <summary>Number of elements that one lane has.</summary>
    public int Elements { get; } = NDArray.ByteCount(DType, Shape.AsSpan()) / DType.ItemSize();

    /// <summary>Number of bytes that one lane takes.</summary>
    public int Bytes => Elements * DType.ItemSize();

    /// <summary>The leaf of a space whose values have no fixed size.</summary>
    internal static SpaceLeaf Variable { get; } = new(string.Empty, DType.UInt8, [0]) { IsVariable = true };

    /// <summary>This leaf inside a space.</summary>
    internal SpaceLeaf Under(string part) => this with { Path = Path.Length == 0 ? part : $"{part}/{Path}" };

    /// <inheritdoc/>
    public override string ToString() => $"'{Path}' {DType.Name()} {NDArray.ShapeText(Shape.AsSpan())}";
}
