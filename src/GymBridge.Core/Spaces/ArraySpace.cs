using System.Collections.Immutable;

namespace GymBridge.Spaces;

/// <summary>A space whose values are arrays of one element type and shape: <see cref="Box"/>, <see cref="Discrete"/>,
/// <see cref="MultiDiscrete"/> and <see cref="MultiBinary"/>. A batch of them is one array with one more dimension.</summary>
public abstract class ArraySpace : Space
{
    private protected ArraySpace(DType dtype, ImmutableArray<int> shape)
        : base([new SpaceLeaf(string.Empty, dtype, shape)])
    {
    }

    /// <summary>Element type of a value on the wire and in a batch.</summary>
    public DType DType => Leaves[0].DType;

    /// <summary>Shape of a value; empty for a number.</summary>
    public ReadOnlySpan<int> Shape => Leaves[0].Shape.AsSpan();

    internal override Type NaturalType => typeof(NDArray);

    internal override IReadOnlyList<ArraySpace>? FixedParts => [this];

    internal override bool IsBatchedByParts => true;

    internal override DType FlatType => DType;

    /// <inheritdoc/>
    public override int FlatDimension() => Leaves[0].Elements;

    /// <inheritdoc/>
    public override object Concatenate(IReadOnlyList<object?> values)
    {
        var array = new NDArray(DType, [values.Count, .. Shape]);
        var columns = new Columns(this, 1);
        for (var i = 0; i < values.Count; i++)
        {
            columns.Write(0, values[i]!);
            columns[0].Bytes.CopyTo(array.Bytes[(i * Leaves[0].Bytes)..]);
        }

        return array;
    }

    /// <inheritdoc/>
    public override object CreateEmpty(int n) => new NDArray(DType, [n, .. Shape]);

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) =>
        other is ArraySpace array && array.GetType() == GetType() && array.DType == DType && array.Shape.SequenceEqual(Shape);

    internal override IReadOnlyList<object?>? TryIterate(object batch) => batch is NDArray { Shape.Length: > 0 } array ? array.Rows() : null;

    internal override IReadOnlyList<object> BatchesFromJsonable(object jsonable) =>
        [.. Jsonable.List(jsonable, this).Select(item => (object)Jsonable.ToArray(item, DType, Jsonable.ShapeOf(item, Shape)))];

    /// <summary>Writes the flattened form of one value.</summary>
    /// <param name="source">Bytes of the value.</param>
    /// <param name="target">As many bytes as the flattened form has.</param>
    /// <param name="dtype">Element type of the flattened form.</param>
    internal virtual void FlattenInto(ReadOnlySpan<byte> source, Span<byte> target, DType dtype) => NumPyPromotion.Cast(source, DType, target, dtype);

    /// <summary>The value as an array of one dimension.</summary>
    private protected NDArray Row(object value) => NumPyPromotion.Cast((NDArray)value, DType).Flatten();

    /// <summary>An array of zeros with a one at each place.</summary>
    private protected NDArray OneHot(params ReadOnlySpan<int> places)
    {
        var array = new NDArray(DType, FlatDimension());
        foreach (var place in places)
        {
            BoxNumbers.StoreInteger(array, place, 1);
        }

        return array;
    }

    /// <summary>The places of the ones, of which there must be one at least.</summary>
    private protected List<long> Ones(NDArray flat)
    {
        var ones = Enumerable.Range(0, flat.Length).Where(i => BoxNumbers.Load(flat, i) != 0).Select(i => (long)i).ToList();
        return ones.Count > 0
            ? ones
            : throw new ArgumentException(
                $"{Values.NumPyText.Format(flat)} is not a valid one-hot encoded vector and can not be unflattened to space {this}. Not all valid samples in a flattened space can be unflattened.",
                nameof(flat));
    }

    /// <summary>The element type, which all of the spaces must have.</summary>
    private protected static DType SameDType(IReadOnlyList<ArraySpace> spaces) => spaces.All(space => space.DType == spaces[0].DType)
        ? spaces[0].DType
        : throw new ArgumentException($"Expected all dtypes to be equal, actually [{string.Join(", ", spaces.Select(space => space.DType.Name()))}]");

    /// <summary>The shape, which all of the spaces must have.</summary>
    private protected static ReadOnlySpan<int> SameShape(IReadOnlyList<ArraySpace> spaces)
    {
        var shape = spaces[0].Shape;
        foreach (var space in spaces)
        {
            if (!space.Shape.SequenceEqual(shape))
            {
                throw new ArgumentException(
                    $"Expected all {spaces[0].GetType().Name} shapes to be equal, actually [{string.Join(", ", spaces.Select(other => NDArray.ShapeText(other.Shape)))}]");
            }
        }

        return shape;
    }
}
