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
}
