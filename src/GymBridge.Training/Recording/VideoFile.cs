using System.Globalization;

namespace GymBridge.Training.Recording;

/// <summary>Where videos go and in which form, by the name that a user gives.</summary>
public static class VideoFile
{
    /// <summary>Gymnasium's beginning of the names.</summary>
    public const string DefaultPrefix = "rl-video";

    /// <summary>The path, if a recording can be written there by its name.</summary>
    /// <param name="output">A file <c>.gif</c> or <c>.mp4</c>, or a folder for single frames.</param>
    /// <exception cref="ArgumentException">The name ends in another way.</exception>
    public static string Check(string output)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        return Path.GetExtension(output).ToUpperInvariant() is ".GIF" or ".MP4" or "" ? output : throw new ArgumentException(
            $"'{output}' ends in '{Path.GetExtension(output)}'; a recording ends in .gif or .mp4, or is a folder for single frames.");
    }

    /// <summary>The writer of one episode's video.</summary>
    /// <param name="output">A file <c>.gif</c> or <c>.mp4</c>, or a folder for single frames.</param>
    /// <param name="episode">Number of the episode, from 0.</param>
    /// <param name="episodes">Number of episodes; of several, each has its own file, <c>NAME-episode-0.gif</c>.</param>
    /// <param name="framesPerSecond">Frames a second.</param>
    /// <param name="prefix">Beginning of the names in a folder: <c>rl-video-episode-0-frame-000000.png</c>.</param>
    /// <exception cref="ArgumentException">The name ends in another way.</exception>
    /// <exception cref="FileNotFoundException">An MP4 is asked for and there is no ffmpeg.</exception>
    public static IFrameWriter Create(string output, int episode, int episodes, double framesPerSecond, string prefix = DefaultPrefix)
    {
        return Path.GetExtension(Check(output)).ToUpperInvariant() switch
        {
            ".GIF" => new GifWriter(PathOf(output, episode, episodes), framesPerSecond),
            ".MP4" => new Mp4Writer(PathOf(output, episode, episodes), framesPerSecond),
            _ => new PngFrames(output, string.Create(CultureInfo.InvariantCulture, $"{prefix}-episode-{episode}")),
        };
    }

    /// <summary>The file or the folder of an episode's video.</summary>
    public static string PathOf(string output, int episode, int episodes) => episodes == 1 || Path.GetExtension(output).Length == 0
        ? output
        : Path.Combine(
            Path.GetDirectoryName(output)!,
            string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(output)}-episode-{episode}{Path.GetExtension(output)}"));
}
