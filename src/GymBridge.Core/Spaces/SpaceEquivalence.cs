namespace GymBridge.Spaces;

/// <summary>Whether two spaces' values can stand in one batch although their bounds differ.</summary>
/// <remarks>Source: <c>gymnasium/spaces/utils.py</c> 1.4.0, <c>is_space_dtype_shape_equiv</c>.</remarks>
public static class SpaceEquivalence
{
    /// <summary>Whether two spaces are of one kind, dtype and shape, their parts too.</summary>
    /// <param name="first">A space of this library.</param>
    /// <param name="second">Any other space.</param>
    /// <exception cref="NotSupportedException">The first space is of a class of its own.</exception>
    public static bool HaveSameDTypeAndShape(Space first, Space second) => (first, second) switch
    {
        (Box or Discrete or MultiDiscrete or MultiBinary, _) => first.GetType() == second.GetType()
            && first.Leaves[0].DType == second.Leaves[0].DType && first.Leaves[0].Shape.AsSpan().SequenceEqual(second.Leaves[0].Shape.AsSpan()),
        (Text a, Text b) => a.MaxLength == b.MaxLength && a.SortedCharacters == b.SortedCharacters,
        (DictSpace a, DictSpace b) => a.Spaces.Length == b.Spaces.Length
            && a.Spaces.All(item => b.Spaces.Any(other => other.Key == item.Key && HaveSameDTypeAndShape(item.Space, other.Space))),
        (TupleSpace a, TupleSpace b) => AllSame(a.Spaces, b.Spaces),
        (OneOf a, OneOf b) => AllSame(a.Spaces, b.Spaces),
        (Graph a, Graph b) => HaveSameDTypeAndShape(a.NodeSpace, b.NodeSpace) && (a.EdgeSpace, b.EdgeSpace) switch
        {
            (null, null) => true,
            ({ } mine, { } theirs) => HaveSameDTypeAndShape(mine, theirs),
            _ => false,
        },
        (Sequence a, Sequence b) => a.IsStacked == b.IsStacked && HaveSameDTypeAndShape(a.FeatureSpace, b.FeatureSpace),
        (Text or DictSpace or TupleSpace or OneOf or Graph or Sequence, _) => false,
        _ => throw new NotSupportedException($"`check_dtype_shape_equivalence` doesn't support Generic Gymnasium Spaces, got {first}."),
    };

    private static bool AllSame(IReadOnlyList<Space> first, IReadOnlyList<Space> second) =>
        first.Count == second.Count && first.Zip(second).All(pair => HaveSameDTypeAndShape(pair.First, pair.Second));
}
