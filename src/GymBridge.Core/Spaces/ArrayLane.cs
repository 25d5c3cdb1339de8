namespace GymBridge.Spaces;

/// <summary>Writes arrays of one shape and type into lanes.</summary>
internal static class ArrayLane
{
    public static void Write(object value, Space space, DType dtype, ReadOnlySpan<int> shape, Column column, int lane)
    {
        if (value is not NDArray array || array.DType != dtype || !array.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new ArgumentException(
                $"{value} ({value.GetType().Name}) does not fit {space}; pass a {dtype.Name()} array of shape {NDArray.ShapeText(shape)}.",
                nameof(value));
        }

        array.Bytes.CopyTo(column.Lane(lane));
    }
}
