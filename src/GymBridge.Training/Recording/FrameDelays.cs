namespace GymBridge.Training.Recording;

/// <summary>How long each frame of a GIF is shown, in hundredths of a second: the format has no finer unit.</summary>
/// <remarks>Rounding is carried on, so that 30 frames a second last a second. Players slow delays under 2 down to 10, so that frames which
/// come quicker are left out.</remarks>
internal sealed class FrameDelays(double framesPerSecond)
{
    private const double UnitsPerSecond = 100;
    private const int Shortest = 2;

    private long _frames;
    private long _shown;

    /// <summary>The delay of the next frame; null where it is left out.</summary>
    public int? Next()
    {
        // The first frame that is shown at this time or later, and the next one behind it.
        var due = Units(_frames) >= _shown;
        _frames++;
        if (!due)
        {
            return null;
        }

        var ahead = _frames;
        while (Units(ahead) - _shown < Shortest)
        {
            ahead++;
        }

        var delay = Math.Min(Units(ahead) - _shown, ushort.MaxValue);
        _shown += delay;
        return (int)delay;
    }

    private long Units(long frames) => (long)Math.Round(frames * UnitsPerSecond / framesPerSecond);
}
