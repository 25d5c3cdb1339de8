using System.Globalization;

namespace GymBridge.Training.Recording;

/// <summary>How many frames a second a video shows, checked.</summary>
internal static class FrameRate
{
    private const double Most = 1e6;

    /// <exception cref="ArgumentException">No video can have that.</exception>
    public static double Check(double framesPerSecond) => framesPerSecond is > 0 and <= Most
        ? framesPerSecond
        : throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture, $"A video shows more than 0 and at most {Most:F0} frames a second, got {framesPerSecond}."));
}
