using GymBridge.Spaces;

namespace GymBridge.Agents.Actions;

/// <summary>Kinds of action spaces by name, as descriptors list them and refusals name them.</summary>
public static class ActionSpaces
{
    /// <summary>The kinds that a policy with a distribution over actions takes.</summary>
    public static IReadOnlyList<string> All { get; } = ["Discrete", "MultiDiscrete", "MultiBinary", "Box"];

    /// <summary>The name of a space's kind.</summary>
    public static string NameOf(Space space) => space switch
    {
        Discrete => "Discrete",
        MultiDiscrete => "MultiDiscrete",
        MultiBinary => "MultiBinary",
        Box => "Box",
        TupleSpace => "Tuple",
        DictSpace => "Dict",
        _ => space?.GetType().Name ?? string.Empty,
    };

    /// <summary>The error of an algorithm that cannot act in a space.</summary>
    /// <param name="space">The space.</param>
    /// <param name="title">The algorithm's name in messages.</param>
    internal static NotSupportedException Refuse(Space space, string title)
    {
        var name = NameOf(space);
        var takers = AlgorithmCatalog.All.Where(algorithm => algorithm.ActionSpaces.Contains(name)).Select(algorithm => algorithm.Name).ToList();
        var remedy = takers.Count > 0 && space is not Box { DType: not (DType.Float32 or DType.Float64 or DType.Float16) }
            ? $"Choose an algorithm that takes it: {string.Join(", ", takers)}."
            : "No algorithm here takes it; wrap the environment with an action wrapper.";
        return new NotSupportedException($"{title} cannot act in the action space {space}. {remedy}");
    }
}
