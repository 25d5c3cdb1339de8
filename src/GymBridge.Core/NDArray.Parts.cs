namespace GymBridge;

/// <content>Copies in other shapes.</content>
public sealed partial class NDArray
{
    /// <summary>The elements in one dimension.</summary>
    internal NDArray Flatten() => Reshape([Length]);

    /// <summary>The elements in another shape of as many.</summary>
    internal NDArray Reshape(ReadOnlySpan<int> shape) => FromBytes(DType, shape, Bytes);

    /// <summary>Some of the elements, in one dimension.</summary>
    internal NDArray Slice(int start, int length) => FromBytes(DType, [length], Bytes.Slice(start * DType.ItemSize(), length * DType.ItemSize()));

    /// <summary>The arrays along the first dimension.</summary>
    internal List<object?> Rows()
    {
        var size = Shape[0] == 0 ? 0 : Bytes.Length / Shape[0];
        return [.. Enumerable.Range(0, Shape[0]).Select(object? (i) => FromBytes(DType, Shape.AsSpan()[1..], Bytes.Slice(i * size, size)))];
    }

    /// <summary>Arrays of one shape and element type along a new first dimension.</summary>
    internal static NDArray Stack(IReadOnlyList<NDArray> arrays)
    {
        var stacked = new NDArray(arrays[0].DType, [arrays.Count, .. arrays[0].Shape]);
        for (var i = 0; i < arrays.Count; i++)
        {
            arrays[i].Bytes.CopyTo(stacked.Bytes[(i * arrays[i].Bytes.Length)..]);
        }

        return stacked;
    }
}
