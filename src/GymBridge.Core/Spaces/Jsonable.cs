using System.Collections;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Between arrays and the nested lists of numbers that <c>ndarray.tolist</c> gives.</summary>
internal static class Jsonable
{
    /// <summary>Nested lists of long, double or bool; a plain number for shape ().</summary>
    public static object? FromArray(NDArray array) => Nest(array, 0, 0);

    /// <summary>The array of a shape that nested lists hold.</summary>
    /// <exception cref="ArgumentException">The lists have another shape.</exception>
    public static NDArray ToArray(object? nested, DType dtype, ReadOnlySpan<int> shape)
    {
        var flat = new List<object>();
        Flatten(nested, flat);
        var array = new NDArray(dtype, shape);
        if (flat.Count != array.Length)
        {
            throw new ArgumentException($"{flat.Count} numbers do not fill an array of shape {NDArray.ShapeText(shape)}.");
        }

        for (var i = 0; i < flat.Count; i++)
        {
            SetItem(array, i, flat[i]);
        }

        return array;
    }

    /// <summary>The extents of nested lists, read along their first elements; the last ones of <paramref name="inner"/> are known.</summary>
    public static int[] ShapeOf(object? nested, ReadOnlySpan<int> inner) => [((IList)nested!).Count, .. inner];

    /// <summary>A list of samples.</summary>
    /// <exception cref="ArgumentException">It is no list.</exception>
    public static IEnumerable<object?> List(object? jsonable, Space space) => jsonable is IEnumerable<object?> list
        ? list
        : throw new ArgumentException($"Samples of {space} are a list, got {PythonText.Repr(jsonable)}.");

    /// <summary>An integer of any type.</summary>
    public static long ToInt64(object? value) => value switch
    {
        NumPyScalar scalar => Convert.ToInt64(scalar.Item),
        NDArray { Length: 1 } array => Convert.ToInt64(array.GetItem(0)),
        _ => Convert.ToInt64(value),
    };

    /// <summary>Puts a number into an array, converted to its element type.</summary>
    public static void SetItem(NDArray array, int index, object value)
    {
        if (array.DType == DType.UInt64 && value is ulong or System.Numerics.BigInteger)
        {
            array.AsSpan<ulong>()[index] = value is ulong number ? number : (ulong)(System.Numerics.BigInteger)value;
        }
        else if (array.DType == DType.Bool)
        {
            array.AsSpan<bool>()[index] = Convert.ToBoolean(value);
        }
        else if (array.DType.IsFloatingPoint())
        {
            BoxNumbers.Store(array, index, value is Half half ? (double)half : Convert.ToDouble(value));
        }
        else
        {
            BoxNumbers.StoreInteger(array, index, Convert.ToInt64(value));
        }
    }

    private static object? Nest(NDArray array, int axis, int start) => axis == array.Shape.Length
        ? Plain(array, start)
        : Enumerable.Range(0, array.Shape[axis]).Select(i => Nest(array, axis + 1, (start * array.Shape[axis]) + i)).ToList();

    private static object Plain(NDArray array, int index) => array.DType switch
    {
        DType.Bool => array.AsSpan<bool>()[index],
        DType.UInt64 when array.AsSpan<ulong>()[index] > long.MaxValue => array.AsSpan<ulong>()[index],
        DType.UInt64 => (long)array.AsSpan<ulong>()[index],
        _ when array.DType.IsFloatingPoint() => BoxNumbers.Load(array, index),
        _ => BoxNumbers.LoadInteger(array, index),
    };

    private static void Flatten(object? nested, List<object> flat)
    {
        if (nested is IList list)
        {
            foreach (var item in list)
            {
                Flatten(item, flat);
            }
        }
        else
        {
            flat.Add(nested ?? throw new ArgumentException("None is not a number."));
        }
    }
}
