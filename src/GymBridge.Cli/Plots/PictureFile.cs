using System.Text.RegularExpressions;
using GymBridge.Cli.Errors;
using ScottPlot;
using SkiaSharp;

namespace GymBridge.Cli.Plots;

/// <summary>What all pictures have in common: their two kinds of files, their font, and the library that draws.</summary>
internal static partial class PictureFile
{
    private const string SvgFallback = ", Helvetica, Arial, sans-serif";

    // A machine without a desktop may have any of these.
    private static readonly string[] SansSerif = ["Inter", "Segoe UI", "Helvetica Neue", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans"];

    /// <summary>A font of this machine.</summary>
    public static string Font { get; } = Array.Find(SansSerif, SKFontManager.Default.FontFamilies.Contains) ?? Fonts.Default;

    /// <summary>The text of an SVG file as it is kept: it names fonts of other machines, too, and is the same however often it is drawn.</summary>
    public static string Finish(string svg)
    {
        // Skia counts clip paths over the life of the process.
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var numbered = ClipPath().Replace(svg, match =>
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                name = $"cl_{names.Count}";
                names.Add(match.Value, name);
            }

            return name;
        });
        return numbered.Replace($"font-family=\"{Font}\"", $"font-family=\"{Font}{SvgFallback}\"", StringComparison.Ordinal);
    }

    /// <summary>The path, if it is one of a picture.</summary>
    /// <exception cref="UsageException">It ends in something else than .svg or .png.</exception>
    public static string Check(string path)
    {
        var extension = Path.GetExtension(path);
        return extension.Equals(".svg", StringComparison.OrdinalIgnoreCase) || extension.Equals(".png", StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new UsageException($"'{path}' ends in '{extension}'; a picture ends in .svg or .png.");
    }

    /// <summary>Draws.</summary>
    /// <exception cref="NotSupportedException">The installation has no library that draws.</exception>
    public static void Draw(Action draw)
    {
        try
        {
            draw();
        }
        catch (TypeInitializationException exception) when (exception.GetBaseException() is DllNotFoundException)
        {
            throw new NotSupportedException(
                "The native library that draws pictures (libSkiaSharp) is not part of this installation; the one inside the Python package leaves it out. Use the tool: dotnet tool install -g GymBridge.Cli.", exception);
        }
    }

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b")]
    private static partial Regex ClipPath();
}
