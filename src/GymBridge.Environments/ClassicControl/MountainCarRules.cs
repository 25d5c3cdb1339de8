using GymBridge.Spaces;

namespace GymBridge.Environments.ClassicControl;

/// <summary>What the two MountainCars share.</summary>
internal static class MountainCarRules
{
    public const double MinPosition = -1.2; // metres
    public const double MaxPosition = 0.6;
    public const double MaxSpeed = 0.07; // metres / second

    public static Box ObservationSpace { get; } = new(NDArray.From(MinPosition, -MaxSpeed), NDArray.From(MaxPosition, MaxSpeed));

    public static EnvMetadata Metadata { get; } = new(["rgb_array"], 30);

    /// <summary>Pygame's key codes, right 275 and left 276, and the action of each combination, as Gymnasium gives them.</summary>
    public static OrderedDictionary<object, object?> KeysToAction() => new()
    {
        [TupleValue.Of()] = 1L,
        [TupleValue.Of(276L)] = 0L,
        [TupleValue.Of(275L)] = 2L,
        [TupleValue.Of(275L, 276L)] = 1L,
    };
}
