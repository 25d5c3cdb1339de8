using System.Diagnostics.CodeAnalysis;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Spaces of several values at once, and the way between values and batches.</summary>
/// <remarks>A batch of Box, Discrete, MultiDiscrete or MultiBinary values is an array with one more dimension; of tuples and
/// dicts, a tuple or dict of batches; of others, a tuple of the values. Source:
/// <c>gymnasium/vector/utils/space_utils.py</c> 1.4.0.</remarks>
public static partial class SpaceBatching
{
    private const int LargestSeed = 100_000_000;

    /// <summary>The space of batches of <paramref name="n"/> values; its generator is a copy of the space's.</summary>
    public static Space Batch(Space space, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return space switch
        {
            Box box => With(BatchBox(box, n), space),
            Discrete discrete => With(new MultiDiscrete(Filled(discrete.N, n), Filled(discrete.Start, n), discrete.DType), space),
            MultiDiscrete multi => With(BatchMultiDiscrete(multi, n), space),
            MultiBinary multi => With(new Box(0, 1, [n, .. multi.Shape], DType.Int8), space),
            TupleSpace tuple => With(new TupleSpace([.. tuple.Spaces.Select(inner => Batch(inner, n))]), space),
            DictSpace dict => With(dict.Map(inner => Batch(inner, n)), space),
            _ => BatchCopies(space, n),
        };
    }

    /// <summary>The values in a batch.</summary>
    /// <param name="batchSpace">A space that <see cref="Batch"/> made, for any number of values.</param>
    /// <param name="batch">A batch of any number of values.</param>
    /// <exception cref="ArgumentException">It is no batch of that form.</exception>
    public static IReadOnlyList<object?> Iterate(Space batchSpace, object batch) => TryIterate(batchSpace, batch, out var items)
        ? items
        : throw new ArgumentException($"Unable to iterate over the following elements as over {batchSpace}: {PythonText.Repr(batch)}", nameof(batch));

    /// <summary>One batch of values.</summary>
    /// <param name="space">The space of one value.</param>
    /// <param name="values">Values of it.</param>
    /// <exception cref="ArgumentException">A value has another form than the space.</exception>
    public static object Concatenate(Space space, IReadOnlyList<object?> values)
    {
        switch (space)
        {
            case TupleSpace tuple:
                return new TupleValue([.. tuple.Spaces.Select(object? (inner, i) =>
                    Concatenate(inner, [.. values.Select(value => ((IReadOnlyList<object?>)value!)[i])]))]);
            case DictSpace dict:
                var info = new Info();
                foreach (var (key, inner) in dict.Spaces)
                {
                    info[key] = Concatenate(inner, [.. values.Select(value => ((Info)value!)[key])]);
                }

                return info;
            case Box or Discrete or MultiDiscrete or MultiBinary:
                var array = new NDArray(space.Leaves[0].DType, [values.Count, .. space.Leaves[0].Shape]);
                var columns = new Columns(space, 1);
                for (var i = 0; i < values.Count; i++)
                {
                    columns.Write(0, values[i]!);
                    columns[0].Bytes.CopyTo(array.Bytes[(i * space.Leaves[0].Bytes)..]);
                }

                return array;
            default:
                return new TupleValue([.. values]);
        }
    }

    /// <summary>A batch of <paramref name="n"/> zero values; of spaces without arrays, of their simplest values.</summary>
    public static object CreateEmpty(Space space, int n) => space switch
    {
        Box or Discrete or MultiDiscrete or MultiBinary => new NDArray(space.Leaves[0].DType, [n, .. space.Leaves[0].Shape]),
        TupleSpace tuple => new TupleValue([.. tuple.Spaces.Select(object? (inner) => CreateEmpty(inner, n))]),
        DictSpace dict => EmptyDict(dict, n),
        _ => new TupleValue([.. Enumerable.Range(0, n).Select(_ => EmptyValue(space))]),
    };

    /// <summary>The values in a batch, if it has the form of one.</summary>
    internal static bool TryIterate(Space batchSpace, object batch, [NotNullWhen(true)] out IReadOnlyList<object?>? items)
    {
        items = (batchSpace, batch) switch
        {
            (MultiDiscrete { Shape.Length: 1 }, NDArray { Shape.Length: 1 } array) =>
                [.. Enumerable.Range(0, array.Length).Select(object? (i) => NumPyScalarAt(array, i))],
            (Box or MultiDiscrete or MultiBinary, NDArray { Shape.Length: > 0 } array) => Rows(array),
            (TupleSpace tuple, IReadOnlyList<object?> parts) => IterateTuple(tuple, parts),
            (DictSpace dict, Info parts) => IterateDict(dict, parts),
            _ => null,
        };
        return items is not null;
    }

    /// <summary>Batches from the JSON of the space of batches, whatever their number of values.</summary>
    internal static IReadOnlyList<object> BatchesFromJsonable(Space space, object jsonable)
    {
        switch (space)
        {
            case TupleSpace tuple:
                var parts = Jsonable.List(jsonable, space).Select((part, i) => BatchesFromJsonable(tuple.Spaces[i], part!)).ToList();
                return [.. Enumerable.Range(0, parts[0].Count).Select(n => new TupleValue([.. parts.Select(object? (part) => part[n])]))];
            case DictSpace dict:
                var named = dict.Spaces.Select(item => (item.Key, Batches: BatchesFromJsonable(item.Space, ((Info)jsonable)[item.Key]!))).ToList();
                return [.. Enumerable.Range(0, named[0].Batches.Count).Select(n =>
                {
                    var info = new Info();
                    named.ForEach(item => info[item.Key] = item.Batches[n]);
                    return info;
                })];
            case Box or Discrete or MultiDiscrete or MultiBinary:
                var leaf = space.Leaves[0];
                return [.. Jsonable.List(jsonable, space).Select(item =>
                    (object)Jsonable.ToArray(item, leaf.DType, Jsonable.ShapeOf(item, leaf.Shape.AsSpan())))];
            default:
                throw new NotSupportedException($"Batches of {space} have no JSON form that can be read back, in Gymnasium neither.");
        }
    }

    /// <summary>The arrays along the first dimension.</summary>
    internal static List<object?> Rows(NDArray array)
    {
        var size = array.Shape[0] == 0 ? 0 : array.Bytes.Length / array.Shape[0];
        return [.. Enumerable.Range(0, array.Shape[0]).Select(object? (i) =>
            NDArray.FromBytes(array.DType, array.Shape.AsSpan()[1..], array.Bytes.Slice(i * size, size)))];
    }

    private static Space With(Space batch, Space single)
    {
        batch.Rng = single.Rng.Clone();
        return batch;
    }

    private static Box BatchBox(Box box, int n)
    {
        // Integer bounds stand as numbers in the batch, so that none of its elements counts as unbounded.
        var isFloat = box.DType.IsFloatingPoint();
        return new Box(Tile(box.Low, n), Tile(box.High, n), Flags(box.BoundedBelow), Flags(box.BoundedAbove));

        bool[] Flags(ReadOnlySpan<bool> bounded)
        {
            var flags = new bool[bounded.Length * n];
            for (var i = 0; i < flags.Length; i++)
            {
                flags[i] = !isFloat || bounded[i % bounded.Length];
            }

            return flags;
        }
    }

    private static Box BatchMultiDiscrete(MultiDiscrete multi, int n)
    {
        var (low, high) = (new NDArray(multi.DType, multi.Shape), new NDArray(multi.DType, multi.Shape));
        for (var i = 0; i < multi.NVec.Length; i++)
        {
            BoxNumbers.StoreInteger(low, i, multi.Start[i]);
            BoxNumbers.StoreInteger(high, i, multi.Start[i] + multi.NVec[i] - 1);
        }

        var all = Enumerable.Repeat(true, n * multi.NVec.Length).ToArray();
        return new Box(Tile(low, n), Tile(high, n), all, all);
    }

    private static TupleSpace BatchCopies(Space space, int n)
    {
        var batch = new TupleSpace([.. Enumerable.Range(0, n).Select(_ => space.Clone())]);
        batch.Rng = space.Rng.Clone();
        var rng = space.Rng.Clone();
        batch.SeedAll(new TupleValue([.. Enumerable.Range(0, n).Select(object? (_) => rng.Integers(0L, LargestSeed))]));
        return batch;
    }

    private static NDArray Filled(long value, int n) => NDArray.From(Enumerable.Repeat(value, n).ToArray());

    private static NDArray Tile(NDArray array, int n)
    {
        var tiled = new NDArray(array.DType, [n, .. array.Shape]);
        for (var i = 0; i < n; i++)
        {
            array.Bytes.CopyTo(tiled.Bytes[(i * array.Bytes.Length)..]);
        }

        return tiled;
    }

    private static NumPyScalar NumPyScalarAt(NDArray array, int index)
    {
        var size = array.DType.ItemSize();
        return new NumPyScalar(NDArray.FromBytes(array.DType, [], array.Bytes.Slice(index * size, size)));
    }

    private static List<object?>? IterateTuple(TupleSpace tuple, IReadOnlyList<object?> parts)
    {
        if (!tuple.Spaces.All(inner => inner is Box or Discrete or MultiDiscrete or MultiBinary or TupleSpace or DictSpace))
        {
            // A batch of texts, graphs, sequences or choices is a tuple of them.
            return [.. parts];
        }

        if (parts.Count != tuple.Spaces.Length)
        {
            return null;
        }

        var columns = new List<IReadOnlyList<object?>>();
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is not { } part || !TryIterate(tuple.Spaces[i], part, out var column))
            {
                return null;
            }

            columns.Add(column);
        }

        return columns.Select(column => column.Count).Distinct().Count() > 1
            ? null
            : [.. Enumerable.Range(0, columns.Count == 0 ? 0 : columns[0].Count).Select(object? (n) => new TupleValue([.. columns.Select(column => column[n])]))];
    }

    private static List<object?>? IterateDict(DictSpace dict, Info parts)
    {
        var columns = new List<(string Key, IReadOnlyList<object?> Items)>();
        foreach (var (key, inner) in dict.Spaces)
        {
            if (!parts.TryGetValue(key, out var part) || part is null || !TryIterate(inner, part, out var column))
            {
                return null;
            }

            columns.Add((key, column));
        }

        if (columns.Select(column => column.Items.Count).Distinct().Count() > 1)
        {
            return null;
        }

        return [.. Enumerable.Range(0, columns.Count == 0 ? 0 : columns[0].Items.Count).Select(object? (n) =>
        {
            var item = new Info();
            columns.ForEach(column => item[column.Key] = column.Items[n]);
            return item;
        })];
    }

    private static Info EmptyDict(DictSpace dict, int n)
    {
        var info = new Info();
        foreach (var (key, inner) in dict.Spaces)
        {
            info[key] = CreateEmpty(inner, n);
        }

        return info;
    }

    private static object EmptyValue(Space space) => space switch
    {
        Text text => string.Concat(Enumerable.Repeat(text.SortedCharacters[..1], text.MinLength)),
        Sequence { IsStacked: true } sequence => CreateEmpty(sequence.FeatureSpace, 1),
        Graph graph => new GraphInstance(
            CreateEmpty(graph.NodeSpace, 1),
            graph.EdgeSpace is null ? null : CreateEmpty(graph.EdgeSpace, 1),
            graph.EdgeSpace is null ? null : new NDArray(DType.Int64, 1, 2)),
        _ => TupleValue.Of(),
    };
}
