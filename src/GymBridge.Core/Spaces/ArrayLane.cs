namespace GymBridge.Spaces;

/// <summary>Writes arrays of one shape and type into lanes.</summary>
internal static class ArrayLane
{
    /// <summary>Writes an <see cref="NDArray"/> of the shape and type, or a flat .NET array of the type with as many elements.</summary>
    public static void Write(object? value, Space space, DType dtype, ReadOnlySpan<int> shape, Column column, int lane)
    {
        var target = column.Lane(lane);
        switch (value)
        {
            case NDArray array when array.DType == dtype && array.Shape.AsSpan().SequenceEqual(shape):
                array.Bytes.CopyTo(target);
                break;
            case Array { Rank: 1 } flat when DTypes.TryOf(flat.GetType().GetElementType()!, out var given)
                && given == dtype && (long)flat.Length * dtype.ItemSize() == target.Length:
                BoxNumbers.FromArray(flat, dtype, shape).Bytes.CopyTo(target);
                break;
            default:
                throw new ArgumentException(
                    $"{Shown(value)} does not fit {space}; pass an NDArray of {dtype.Name()} of shape {NDArray.ShapeText(shape)}, or a flat .NET array with its elements.", nameof(value));
        }
    }

    private static string Shown(object? value) => value switch
    {
        null => "null",
        Array { Rank: 1 } array => $"{array.GetType().GetElementType()!.Name}[{array.Length}]",
        _ => $"{value} ({value.GetType().Name})",
    };
}
