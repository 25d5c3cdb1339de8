using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Writes values as one array of numbers, as learning code wants them, and reads them back.</summary>
/// <remarks>Discrete values become one-hot, texts the numbers of their characters. Spaces with sequences or graphs keep their
/// outer form and flatten what is inside. Source: <c>gymnasium/spaces/utils.py</c> 1.4.0.</remarks>
public static class SpaceFlattening
{
    /// <summary>Number of elements of a flattened value.</summary>
    /// <exception cref="NotSupportedException">The space holds a sequence or graph.</exception>
    public static int FlatDimension(Space space) => space switch
    {
        Box or MultiBinary => space.Leaves[0].Elements,
        Discrete discrete => checked((int)discrete.N),
        MultiDiscrete multi => SumOf(multi.NVec),
        Text text => text.MaxLength,
        TupleSpace { IsFlattenable: true } tuple => tuple.Spaces.Sum(FlatDimension),
        DictSpace { IsFlattenable: true } dict => dict.Spaces.Sum(item => FlatDimension(item.Space)),
        OneOf { IsFlattenable: true } oneOf => 1 + oneOf.Spaces.Max(FlatDimension),
        _ => throw new NotSupportedException(
            $"{space} cannot be flattened to a numpy array, probably because it contains a `Graph` or `Sequence` subspace"),
    };

    /// <summary>The space of flattened values: a <see cref="Box"/>, or, with sequences or graphs inside, the same form over boxes.</summary>
    public static Space FlattenSpace(Space space) => space switch
    {
        Box box => new Box(Row(box.Low), Row(box.High), box.BoundedBelow.ToArray(), box.BoundedAbove.ToArray()),
        Discrete or MultiBinary or MultiDiscrete => new Box(0, 1, [FlatDimension(space)], space.Leaves[0].DType),
        Text text => new Box(0, text.Characters.Count, [text.MaxLength], DType.Int32),
        TupleSpace { IsFlattenable: true } tuple => Join([.. tuple.Spaces.Select(inner => (Box)FlattenSpace(inner))]),
        DictSpace { IsFlattenable: true } dict => Join([.. dict.Spaces.Select(item => (Box)FlattenSpace(item.Space))]),
        TupleSpace tuple => new TupleSpace([.. tuple.Spaces.Select(FlattenSpace)]),
        DictSpace dict => dict.Map(FlattenSpace),
        Sequence sequence => new Sequence(FlattenSpace(sequence.FeatureSpace), sequence.IsStacked),
        Graph graph => new Graph(FlattenSpace(graph.NodeSpace), graph.EdgeSpace is null ? null : FlattenSpace(graph.EdgeSpace)),
        OneOf oneOf => FlattenOneOf(oneOf),
        _ => throw new NotSupportedException($"Unknown space: `{space}`"),
    };

    /// <summary>A value as an array, or, with sequences or graphs inside, the same form over arrays.</summary>
    /// <param name="space">The space of the value.</param>
    /// <param name="value">A value of it.</param>
    /// <exception cref="ArgumentException">The value does not fit the space.</exception>
    public static object Flatten(Space space, object value)
    {
        switch (space)
        {
            case Box or MultiBinary:
                return Row(NumPyPromotion.Cast((NDArray)value, space.Leaves[0].DType));
            case Discrete discrete:
                return OneHot(discrete.DType, checked((int)discrete.N), [checked((int)(Jsonable.ToInt64(value) - discrete.Start))]);
            case MultiDiscrete multi:
                return OneHot(multi.DType, FlatDimension(multi), Places(multi, (NDArray)value));
            case Text text:
                return FlattenText(text, (string)value);
            case TupleSpace tuple:
                var items = tuple.Spaces.Select((inner, i) => Flatten(inner, ((IReadOnlyList<object?>)value)[i]!)).ToList();
                return space.IsFlattenable ? NumPyPromotion.Concatenate([.. items.Cast<NDArray>()]) : new TupleValue([.. items]);
            case DictSpace dict when dict.IsFlattenable:
                return NumPyPromotion.Concatenate([.. dict.Spaces.Select(item => (NDArray)Flatten(item.Space, ((Info)value)[item.Key]!))]);
            case DictSpace dict:
                return MapDict(dict, (Info)value, Flatten);
            case Sequence sequence:
                return MapSequence(
                    sequence, sequence.FeatureSpace, FlattenSpace(sequence.FeatureSpace), value, item => Flatten(sequence.FeatureSpace, item));
            case Graph graph:
                var given = (GraphInstance)value;
                return new GraphInstance(
                    MapBatch(graph.NodeSpace, FlattenSpace(graph.NodeSpace), given.Nodes, node => Flatten(graph.NodeSpace, node)),
                    given.Edges is null
                        ? null
                        : MapBatch(graph.EdgeSpace!, FlattenSpace(graph.EdgeSpace!), given.Edges, edge => Flatten(graph.EdgeSpace!, edge)),
                    given.EdgeLinks);
            case OneOf oneOf:
                return FlattenOneOf(oneOf, (TupleValue)value);
            default:
                throw new NotSupportedException($"Unknown space: `{space}`");
        }
    }

    /// <summary>The value that <see cref="Flatten"/> was given.</summary>
    /// <param name="space">The space of the value.</param>
    /// <param name="flat">Its flattened form.</param>
    /// <exception cref="ArgumentException">The array is no flattened value of the space.</exception>
    public static object Unflatten(Space space, object flat)
    {
        switch (space)
        {
            case Box or MultiBinary:
                var array = NumPyPromotion.Cast((NDArray)flat, space.Leaves[0].DType);
                return NDArray.FromBytes(array.DType, space.Leaves[0].Shape.AsSpan(), array.Bytes);
            case Discrete discrete:
                return discrete.Start + Ones((NDArray)flat, space)[0];
            case MultiDiscrete multi:
                return UnflattenMultiDiscrete(multi, (NDArray)flat);
            case Text text:
                return string.Concat(Integers((NDArray)flat).Where(index => index < text.Characters.Count).Select(index => text.Characters[(int)index]));
            case TupleSpace { IsFlattenable: true } tuple:
                return new TupleValue([.. Split([.. tuple.Spaces], (NDArray)flat).Select(object? (part, i) => Unflatten(tuple.Spaces[i], part))]);
            case TupleSpace tuple:
                return new TupleValue([.. tuple.Spaces.Select(object? (inner, i) => Unflatten(inner, ((TupleValue)flat)[i]!))]);
            case DictSpace { IsFlattenable: true } dict:
                var parts = Split([.. dict.Spaces.Select(item => item.Space)], (NDArray)flat);
                var info = new Info();
                for (var i = 0; i < parts.Count; i++)
                {
                    info[dict.Spaces[i].Key] = Unflatten(dict.Spaces[i].Space, parts[i]);
                }

                return info;
            case DictSpace dict:
                return MapDict(dict, (Info)flat, Unflatten);
            case Sequence sequence:
                return MapSequence(
                    sequence, FlattenSpace(sequence.FeatureSpace), sequence.FeatureSpace, flat, item => Unflatten(sequence.FeatureSpace, item));
            case Graph graph:
                var given = (GraphInstance)flat;
                return new GraphInstance(
                    MapBatch(FlattenSpace(graph.NodeSpace), graph.NodeSpace, given.Nodes, node => Unflatten(graph.NodeSpace, node)),
                    given.Edges is null
                        ? null
                        : MapBatch(FlattenSpace(graph.EdgeSpace!), graph.EdgeSpace!, given.Edges, edge => Unflatten(graph.EdgeSpace!, edge)),
                    given.EdgeLinks);
            case OneOf oneOf:
                return UnflattenOneOf(oneOf, (NDArray)flat);
            default:
                throw new NotSupportedException($"Unknown space: `{space}`");
        }
    }

    /// <summary>The spaces of the leaves, if all of them are arrays of fixed size that flatten one after the other; else null.</summary>
    internal static IReadOnlyList<Space>? FixedParts(Space space)
    {
        var inner = space switch
        {
            TupleSpace tuple => tuple.Spaces.Select(FixedParts),
            DictSpace dict => dict.Spaces.Select(item => FixedParts(item.Space)),
            Box or Discrete or MultiDiscrete or MultiBinary => [[space]],
            _ => [null],
        };
        var parts = inner.ToList();
        return parts.Contains(null) ? null : [.. parts.SelectMany(part => part!)];
    }

    /// <summary>Flattens one array of <see cref="FixedParts"/>.</summary>
    /// <param name="space">The space of the array.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="target">Where the flattened form starts.</param>
    /// <param name="dtype">Element type of the flattened form.</param>
    /// <returns>Number of bytes written.</returns>
    internal static int FlattenPart(Space space, ReadOnlySpan<byte> source, Span<byte> target, DType dtype)
    {
        var bytes = FlatDimension(space) * dtype.ItemSize();
        target = target[..bytes];
        switch (space)
        {
            case Discrete discrete:
                target.Clear();
                BoxNumbers.Store(target, dtype, checked((int)(BoxNumbers.LoadInteger(source, discrete.DType, 0) - discrete.Start)), 1);
                break;
            case MultiDiscrete multi:
                target.Clear();
                var offset = 0L;
                for (var i = 0; i < multi.NVec.Length; i++)
                {
                    BoxNumbers.Store(target, dtype, checked((int)(offset + BoxNumbers.LoadInteger(source, multi.DType, i) - multi.Start[i])), 1);
                    offset += multi.NVec[i];
                }

                break;
            default:
                NumPyPromotion.Cast(source, space.Leaves[0].DType, target, dtype);
                break;
        }

        return bytes;
    }

    private static NDArray Row(NDArray array) => NDArray.FromBytes(array.DType, [array.Length], array.Bytes);

    private static NDArray OneHot(DType dtype, int length, IReadOnlyList<int> places)
    {
        var array = new NDArray(dtype, length);
        foreach (var place in places)
        {
            BoxNumbers.StoreInteger(array, place, 1);
        }

        return array;
    }

    private static int SumOf(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return checked((int)sum);
    }

    private static List<int> Places(MultiDiscrete multi, NDArray value)
    {
        var places = new List<int>();
        var offset = 0L;
        for (var i = 0; i < multi.NVec.Length; i++)
        {
            places.Add(checked((int)(offset + BoxNumbers.LoadInteger(value, i) - multi.Start[i])));
            offset += multi.NVec[i];
        }

        return places;
    }

    private static NDArray FlattenText(Text text, string value)
    {
        var array = new NDArray(DType.Int32, text.MaxLength);
        var elements = array.AsSpan<int>();
        elements.Fill(text.Characters.Count);
        var i = 0;
        foreach (var character in value.EnumerateRunes())
        {
            elements[i++] = text.Characters.ToList().IndexOf(character) is var index and >= 0
                ? index
                : throw new ArgumentException($"The character {PythonText.Repr(character.ToString())} of {PythonText.Repr(value)} is not in {text}.", nameof(value));
        }

        return array;
    }

    private static Box Join(List<Box> boxes) => new(
        NumPyPromotion.Concatenate([.. boxes.Select(box => box.Low)]),
        NumPyPromotion.Concatenate([.. boxes.Select(box => box.High)]),
        [.. boxes.SelectMany(box => box.BoundedBelow.ToArray())],
        [.. boxes.SelectMany(box => box.BoundedAbove.ToArray())]);

    private static Box FlattenOneOf(OneOf oneOf)
    {
        var length = FlatDimension(oneOf);
        var boxes = oneOf.Spaces.Select(space => (Box)FlattenSpace(space)).ToList();
        var (low, high) = (new double[length], new double[length]);
        Array.Fill(low, boxes.Min(box => Numbers(box.Low).Min()));
        Array.Fill(high, boxes.Max(box => Numbers(box.High).Max()));
        (low[0], high[0]) = (0, oneOf.Spaces.Length - 1);
        return new Box(NDArray.From(low), NDArray.From(high), FlatType(oneOf));
    }

    private static NDArray FlattenOneOf(OneOf oneOf, TupleValue value)
    {
        var index = Jsonable.ToInt64(value[0]);
        var flat = (NDArray)Flatten(oneOf.Spaces[(int)index], value[1]!);
        var dtype = FlatType(oneOf);
        var result = new NDArray(dtype, FlatDimension(oneOf));
        Jsonable.SetItem(result, 0, index);
        var cast = NumPyPromotion.Cast(flat, dtype);
        var size = dtype.ItemSize();
        for (var i = 1; i < result.Length; i++)
        {
            // What is too short repeats its first element.
            cast.Bytes.Slice((i - 1 < cast.Length ? i - 1 : 0) * size, size).CopyTo(result.Bytes[(i * size)..]);
        }

        return result;
    }

    private static TupleValue UnflattenOneOf(OneOf oneOf, NDArray flat)
    {
        var index = (long)BoxNumbers.Load(flat, 0);
        var space = oneOf.Spaces[(int)index];
        var size = flat.DType.ItemSize();
        var length = FlatDimension(space);
        var part = NDArray.FromBytes(flat.DType, [length], flat.Bytes.Slice(size, length * size));
        return TupleValue.Of(index, Unflatten(space, NumPyPromotion.Cast(part, FlatType(space))));
    }

    private static DType FlatType(Space space) => space switch
    {
        Text => DType.Int32,
        TupleSpace tuple => NumPyPromotion.Promote(tuple.Spaces.Select(FlatType)),
        DictSpace dict => NumPyPromotion.Promote(dict.Spaces.Select(item => FlatType(item.Space))),
        OneOf oneOf => OneOfType(NumPyPromotion.Promote(oneOf.Spaces.Select(FlatType)), oneOf.Spaces.Length - 1),
        _ => space.Leaves[0].DType,
    };

    // The number of the space must fit as well.
    private static DType OneOfType(DType dtype, int last) => (dtype == DType.Bool && last > 1) || (dtype == DType.Int8 && last > sbyte.MaxValue) || (dtype == DType.UInt8 && last > byte.MaxValue)
        ? NumPyPromotion.Promote(dtype, last <= byte.MaxValue ? DType.UInt8 : DType.UInt16)
        : dtype;

    private static NDArray UnflattenMultiDiscrete(MultiDiscrete multi, NDArray flat)
    {
        var ones = Ones(flat, multi);
        var value = new NDArray(multi.DType, multi.Shape);
        var offset = 0L;
        for (var i = 0; i < multi.NVec.Length; i++)
        {
            BoxNumbers.StoreInteger(value, i, ones[Math.Min(i, ones.Count - 1)] - offset + multi.Start[i]);
            offset += multi.NVec[i];
        }

        return value;
    }

    private static List<long> Ones(NDArray flat, Space space)
    {
        var ones = Enumerable.Range(0, flat.Length).Where(i => BoxNumbers.Load(flat, i) != 0).Select(i => (long)i).ToList();
        return ones.Count > 0
            ? ones
            : throw new ArgumentException(
                $"{NumPyText.Format(flat)} is not a valid one-hot encoded vector and can not be unflattened to space {space}. Not all valid samples in a flattened space can be unflattened.",
                nameof(flat));
    }

    private static IEnumerable<double> Numbers(NDArray array) => Enumerable.Range(0, array.Length).Select(i => BoxNumbers.Load(array, i));

    private static IEnumerable<long> Integers(NDArray array) => Enumerable.Range(0, array.Length).Select(i => (long)BoxNumbers.Load(array, i));

    private static List<NDArray> Split(IReadOnlyList<Space> spaces, NDArray flat)
    {
        var size = flat.DType.ItemSize();
        var parts = new List<NDArray>();
        var offset = 0;
        foreach (var space in spaces)
        {
            var length = FlatDimension(space);
            parts.Add(NDArray.FromBytes(flat.DType, [length], flat.Bytes.Slice(offset * size, length * size)));
            offset += length;
        }

        return parts;
    }

    private static Info MapDict(DictSpace dict, Info value, Func<Space, object, object> map)
    {
        var info = new Info();
        foreach (var (key, space) in dict.Spaces)
        {
            info[key] = map(space, value[key]!);
        }

        return info;
    }

    private static object MapSequence(Sequence sequence, Space from, Space to, object value, Func<object, object> map) => sequence.IsStacked
        ? MapBatch(from, to, value, map)
        : new TupleValue([.. ((TupleValue)value).Select(object? (item) => map(item!))]);

    private static object MapBatch(Space from, Space to, object batch, Func<object, object> map) => SpaceBatching.Concatenate(
        to, [.. SpaceBatching.Iterate(SpaceBatching.Batch(from, 1), batch).Select(item => map(item!))]);
}
