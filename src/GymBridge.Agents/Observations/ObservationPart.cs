namespace GymBridge.Agents.Observations;

/// <summary>The features that one leaf of an observation becomes.</summary>
/// <param name="Offset">Index of the first.</param>
/// <param name="Width">How many they are.</param>
/// <param name="Image">Their layout where they are an image; else null.</param>
/// <param name="IsScaled">Whether they were divided by 255.</param>
public sealed record ObservationPart(int Offset, int Width, ImageLayout? Image, bool IsScaled)
{
    /// <summary>Number of tokens that each feature is one of, from 0; null where they are no window of tokens: a Box of integers of one axis
    /// with the same bounds, the lower one 0, in each place.</summary>
    public int? Tokens { get; init; }
}
