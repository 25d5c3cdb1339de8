using System.Globalization;
using System.Text;

namespace GymBridge.Cli.Play;

/// <summary>A picture in a terminal of 24-bit colours: two pixels a character, the upper half block over the background.</summary>
internal static class TerminalPicture
{
    private const char UpperHalf = '\u2580';

    // From dark to bright, for a terminal that is to show no colours.
    private const string Shades = " .:-=+*#%@";

    /// <summary>Whether an array is a frame that can be drawn.</summary>
    public static bool Takes(NDArray frame) => frame.DType == DType.UInt8 && frame.Length > 0 && frame.Shape is ([_, _] or [_, _, 1 or 3 or 4]);

    /// <summary>The text of a frame, made smaller to fit; each pixel is the mean of those it stands for.</summary>
    /// <param name="frame">uint8 (height, width, 3), with a fourth channel that is left out, or (height, width) for gray.</param>
    /// <param name="columns">Most characters in a row.</param>
    /// <param name="rows">Most rows of characters.</param>
    /// <param name="inColours">Whether in colours; else a character says how bright the two pixels are.</param>
    public static string Draw(NDArray frame, int columns, int rows, bool inColours = true)
    {
        var (height, width) = (frame.Shape[0], frame.Shape[1]);
        var scale = Math.Max(1.0, Math.Max((double)width / Math.Max(1, columns), (double)height / Math.Max(1, 2 * rows)));
        var (across, down) = (Math.Max(1, (int)(width / scale)), Math.Max(1, (int)(height / scale)));
        var text = new StringBuilder();
        for (var y = 0; y < down; y += 2)
        {
            for (var x = 0; x < across; x++)
            {
                var (upper, lower) = (Mean(frame, x, y, across, down), y + 1 < down ? Mean(frame, x, y + 1, across, down) : default);
                if (inColours)
                {
                    Append(text, 38, upper);
                    Append(text, 48, lower);
                    text.Append(UpperHalf);
                }
                else
                {
                    text.Append(Shade(upper, lower));
                }
            }

            text.Append(inColours ? "\u001b[0m\n" : "\n");
        }

        return text.ToString();
    }

    private static char Shade((int Red, int Green, int Blue) upper, (int Red, int Green, int Blue) lower)
    {
        var brightness = upper.Red + upper.Green + upper.Blue + lower.Red + lower.Green + lower.Blue;
        return Shades[brightness * Shades.Length / ((6 * byte.MaxValue) + 1)];
    }

    private static void Append(StringBuilder text, int layer, (int Red, int Green, int Blue) color) =>
        text.Append(CultureInfo.InvariantCulture, $"\u001b[{layer};2;{color.Red};{color.Green};{color.Blue}m");

    private static (int Red, int Green, int Blue) Mean(NDArray frame, int x, int y, int across, int down)
    {
        var (height, width) = (frame.Shape[0], frame.Shape[1]);
        var depth = frame.Shape.Length == 2 ? 1 : frame.Shape[2];
        var pixels = frame.Bytes;
        Span<int> sums = stackalloc int[3];
        var count = 0;
        for (var row = y * height / down; row < Math.Max((y + 1) * height / down, (y * height / down) + 1); row++)
        {
            for (var column = x * width / across; column < Math.Max((x + 1) * width / across, (x * width / across) + 1); column++)
            {
                for (var k = 0; k < 3; k++)
                {
                    sums[k] += pixels[(((row * width) + column) * depth) + Math.Min(k, depth - 1)];
                }

                count++;
            }
        }

        return (sums[0] / count, sums[1] / count, sums[2] / count);
    }
}
