using GymBridge.Cli.Plots;
using GymBridge.Shared;
using SkiaSharp;

namespace GymBridge.Cli.Figures;

/// <summary>A drawing of boxes, circles, arrows and text; the same for both kinds of files.</summary>
internal sealed class Diagram
{
    // Twice the points in each direction: sharp on the screens of today.
    private const float PixelRatio = 2;
    private const float ArrowHead = 9;
    private const float ArrowSpread = 4;

    private static readonly SKColor Ink = SKColor.Parse("#24292f");

    private static readonly SKTypeface Typeface = SKTypeface.FromFamilyName(PictureFile.Font);

    private readonly SKCanvas _canvas;

    private Diagram(SKCanvas canvas) => _canvas = canvas;

    /// <summary>Draws into a file.</summary>
    /// <param name="path">The file, <c>.svg</c> or <c>.png</c>.</param>
    /// <param name="width">Points.</param>
    /// <param name="height">Points.</param>
    /// <param name="draw">Draws.</param>
    public static void Save(string path, int width, int height, Action<Diagram> draw)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            using var buffer = new MemoryStream();
            using (var stream = new SKManagedWStream(buffer))
            using (var svg = SKSvgCanvas.Create(SKRect.Create(width, height), stream))
            {
                svg.DrawColor(SKColors.White);
                draw(new Diagram(svg));
            }

            SafeFile.WriteText(path, PictureFile.Finish(System.Text.Encoding.UTF8.GetString(buffer.ToArray())));
            return;
        }

        using var surface = SKSurface.Create(new SKImageInfo((int)(width * PixelRatio), (int)(height * PixelRatio)));
        surface.Canvas.Scale(PixelRatio);
        surface.Canvas.Clear(SKColors.White);
        draw(new Diagram(surface.Canvas));
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        SafeFile.Replace(path, png.SaveTo);
    }

    /// <summary>Text around a middle; a line for each line.</summary>
    public void Text(float x, float y, string text, float size = 14, string? colour = null)
    {
        using var font = new SKFont(Typeface, size);
        using var paint = Fill(colour);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            _canvas.DrawText(lines[i], x, y + (size * 0.35f) + ((i - ((lines.Length - 1) / 2f)) * size * 1.25f), SKTextAlign.Center, font, paint);
        }
    }

    /// <summary>Text on a white plate, to be read on a line.</summary>
    public void Label(float x, float y, string text, float size = 13)
    {
        using var font = new SKFont(Typeface, size);
        using var plate = Fill("#ffffff");
        var width = font.MeasureText(text) + 6;
        _canvas.DrawRect(x - (width / 2), y - (size * 0.62f), width, size * 1.24f, plate);
        Text(x, y, text, size);
    }

    /// <summary>A box.</summary>
    public void Box(float x, float y, float width, float height, string fill)
    {
        using var inside = Fill(fill);
        using var outline = Stroke();
        _canvas.DrawRect(x, y, width, height, inside);
        _canvas.DrawRect(x, y, width, height, outline);
    }

    /// <summary>A circle.</summary>
    public void Circle(float x, float y, float radius, string fill)
    {
        using var inside = Fill(fill);
        using var outline = Stroke();
        _canvas.DrawCircle(x, y, radius, inside);
        _canvas.DrawCircle(x, y, radius, outline);
    }

    /// <summary>A filled shape of straight lines.</summary>
    public void Polygon(string fill, params ReadOnlySpan<(float X, float Y)> corners)
    {
        using var path = PathOf(corners, isClosed: true);
        using var inside = Fill(fill);
        using var outline = Stroke(width: 1);
        _canvas.DrawPath(path, inside);
        _canvas.DrawPath(path, outline);
    }

    /// <summary>A line through points, in the end with the head of an arrow.</summary>
    public void Arrow(params ReadOnlySpan<(float X, float Y)> points) => Arrow(null, points);

    /// <summary>As the other one, in a colour.</summary>
    public void Arrow(string? colour, params ReadOnlySpan<(float X, float Y)> points)
    {
        using var outline = Stroke(colour);
        using var path = PathOf(points, isClosed: false);
        _canvas.DrawPath(path, outline);
        Head(points[^2], points[^1], colour);
    }

    /// <summary>An arrow that bends towards a point beside it.</summary>
    public void Curve((float X, float Y) from, (float X, float Y) bend, (float X, float Y) to, string? colour = null)
    {
        using var outline = Stroke(colour);
        using var path = new SKPath();
        path.MoveTo(from.X, from.Y);
        path.QuadTo(bend.X, bend.Y, to.X, to.Y);
        _canvas.DrawPath(path, outline);
        Head(bend, to, colour);
    }

    /// <summary>A line.</summary>
    public void Line(float x1, float y1, float x2, float y2)
    {
        using var outline = Stroke();
        _canvas.DrawLine(x1, y1, x2, y2, outline);
    }

    private void Head((float X, float Y) before, (float X, float Y) tip, string? colour)
    {
        var (dx, dy) = (tip.X - before.X, tip.Y - before.Y);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        (dx, dy) = (dx / length, dy / length);
        using var path = PathOf(
            [
                tip,
                (tip.X - (ArrowHead * dx) + (ArrowSpread * dy), tip.Y - (ArrowHead * dy) - (ArrowSpread * dx)),
                (tip.X - (ArrowHead * dx) - (ArrowSpread * dy), tip.Y - (ArrowHead * dy) + (ArrowSpread * dx)),
            ],
            isClosed: true);
        using var paint = Fill(colour);
        _canvas.DrawPath(path, paint);
    }

    private static SKPath PathOf(ReadOnlySpan<(float X, float Y)> points, bool isClosed)
    {
        var path = new SKPath();
        path.MoveTo(points[0].X, points[0].Y);
        foreach (var (x, y) in points[1..])
        {
            path.LineTo(x, y);
        }

        if (isClosed)
        {
            path.Close();
        }

        return path;
    }

    private static SKPaint Fill(string? colour) => new() { Color = colour is null ? Ink : SKColor.Parse(colour), IsAntialias = true };

    private static SKPaint Stroke(string? colour = null, float width = 1.5f) =>
        new() { Color = colour is null ? Ink : SKColor.Parse(colour), IsAntialias = true, IsStroke = true, StrokeWidth = width };
}
