using GymBridge.Values;

namespace GymBridge.Spaces;

/// <content>Batches of spaces that differ. Source: <c>gymnasium/vector/utils/space_utils.py</c> 1.4.0, <c>batch_differing_spaces</c>.</content>
public static partial class SpaceBatching
{
    /// <summary>The space of batches with one value of each space: of one kind, dtype and shape, with bounds of their own.</summary>
    /// <param name="spaces">At least one; its generator is a copy of the first one's.</param>
    /// <exception cref="ArgumentException">There is no space, or kinds, dtypes, shapes, keys or lengths differ.</exception>
    public static Space BatchDiffering(params IReadOnlyList<Space> spaces)
    {
        if (spaces.Count == 0)
        {
            throw new ArgumentException("Expects a non-empty list of spaces", nameof(spaces));
        }

        if (spaces.Any(space => space.GetType() != spaces[0].GetType()))
        {
            throw new ArgumentException(
                $"Expects all spaces to be of the same type, actual types: [{string.Join(", ", spaces.Select(space => space.GetType().Name))}]", nameof(spaces));
        }

        return spaces[0] switch
        {
            Box => With(Differing([.. spaces.Cast<Box>()]), spaces[0]),
            Discrete => With(Differing([.. spaces.Cast<Discrete>()]), spaces[0]),
            MultiDiscrete => With(Differing([.. spaces.Cast<MultiDiscrete>()]), spaces[0]),
            MultiBinary binary => With(new Box(0, 1, [spaces.Count, .. SameShape(spaces, binary.Shape)], DType.Int8), binary),
            TupleSpace tuple => With(Differing([.. spaces.Cast<TupleSpace>()]), tuple),
            DictSpace dict => With(Differing([.. spaces.Cast<DictSpace>()]), dict),
            Text or Graph or Sequence or OneOf => With(new TupleSpace([.. spaces.Select(space => space.Clone())]), spaces[0]),
            _ => throw new ArgumentException($"Spaces of type {spaces[0].GetType().Name} cannot be batched where they differ.", nameof(spaces)),
        };
    }

    private static Box Differing(Box[] boxes)
    {
        _ = SameShape(boxes, boxes[0].Shape);
        var isFloat = SameDType(boxes).IsFloatingPoint();
        return new Box(
            Stack(boxes, boxes[0].Shape, box => box.Low),
            Stack(boxes, boxes[0].Shape, box => box.High),
            [.. boxes.SelectMany(box => box.BoundedBelow.ToArray()).Select(bounded => !isFloat || bounded)],
            [.. boxes.SelectMany(box => box.BoundedAbove.ToArray()).Select(bounded => !isFloat || bounded)]);
    }

    private static MultiDiscrete Differing(Discrete[] spaces) => new(
        Array.ConvertAll(spaces, space => space.N),
        Array.ConvertAll(spaces, space => space.Start),
        spaces.MaxBy(space => space.DType.ItemSize())!.DType);

    private static Box Differing(MultiDiscrete[] spaces)
    {
        _ = SameShape(spaces, spaces[0].Shape);
        _ = SameDType(spaces);
        var boxes = Array.ConvertAll(spaces, space => BatchMultiDiscrete(space, 1));
        var all = Enumerable.Repeat(true, boxes.Length * boxes[0].Low.Length).ToArray();
        return new Box(Stack(boxes, spaces[0].Shape, box => box.Low), Stack(boxes, spaces[0].Shape, box => box.High), all, all);
    }

    private static TupleSpace Differing(TupleSpace[] tuples) => tuples.All(tuple => tuple.Spaces.Length == tuples[0].Spaces.Length)
        ? new TupleSpace([.. Enumerable.Range(0, tuples[0].Spaces.Length).Select(i => BatchDiffering([.. tuples.Select(tuple => tuple.Spaces[i])]))])
        : throw new ArgumentException($"Expected all Tuple spaces to have the same length, actually [{string.Join(", ", tuples.Select(tuple => tuple.Spaces.Length))}]");

    private static DictSpace Differing(DictSpace[] dicts)
    {
        var keys = dicts[0].Spaces.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        return dicts.All(dict => keys.SetEquals(dict.Spaces.Select(item => item.Key)))
            ? dicts[0].MapKeys(key => BatchDiffering([.. dicts.Select(dict => dict[key])]))
            : throw new ArgumentException(
                $"Expected all Dict spaces to have the same keys, actually [{string.Join(", ", dicts.Select(dict => $"[{string.Join(", ", dict.Spaces.Select(item => PythonText.Repr(item.Key)))}]"))}]");
    }

    private static NDArray Stack(Box[] boxes, ReadOnlySpan<int> shape, Func<Box, NDArray> bound)
    {
        var stacked = new NDArray(boxes[0].DType, [boxes.Length, .. shape]);
        for (var i = 0; i < boxes.Length; i++)
        {
            bound(boxes[i]).Bytes.CopyTo(stacked.Bytes[(i * bound(boxes[i]).Bytes.Length)..]);
        }

        return stacked;
    }

    private static DType SameDType(IReadOnlyList<Space> spaces) => spaces.All(space => space.Leaves[0].DType == spaces[0].Leaves[0].DType)
        ? spaces[0].Leaves[0].DType
        : throw new ArgumentException(
            $"Expected all dtypes to be equal, actually [{string.Join(", ", spaces.Select(space => space.Leaves[0].DType.Name()))}]");

    private static ReadOnlySpan<int> SameShape(IReadOnlyList<Space> spaces, ReadOnlySpan<int> shape)
    {
        foreach (var space in spaces)
        {
            if (!space.Leaves[0].Shape.AsSpan().SequenceEqual(shape))
            {
                throw new ArgumentException(
                    $"Expected all {spaces[0].GetType().Name} shapes to be equal, actually [{string.Join(", ", spaces.Select(other => NDArray.ShapeText(other.Leaves[0].Shape.AsSpan())))}]");
            }
        }

        return shape;
    }
}
