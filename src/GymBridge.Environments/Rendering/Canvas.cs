namespace GymBridge.Environments.Rendering;

/// <summary>A small RGB raster with the origin at the lower left, as in Gymnasium's flipped surfaces; shapes are cut off at its edges.</summary>
internal sealed class Canvas
{
    private readonly NDArray _pixels;
    private readonly int _width;
    private readonly int _height;

    /// <summary>A canvas filled with one colour (0xRRGGBB).</summary>
    public Canvas(int width, int height, int background)
    {
        (_width, _height) = (width, height);
        _pixels = new NDArray(DType.UInt8, height, width, 3);
        for (var y = 0; y < height; y++)
        {
            FillSpan(0, width - 1, y, background);
        }
    }

    /// <summary>The frame: uint8 (height, width, 3), first row on top.</summary>
    public NDArray ToArray() => _pixels.Clone();

    /// <summary>Fills a convex polygon: every pixel whose centre lies inside.</summary>
    public void FillPolygon(ReadOnlySpan<(double X, double Y)> corners, int colour)
    {
        for (var y = 0; y < _height; y++)
        {
            var (left, right) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = 0; i < corners.Length; i++)
            {
                var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
                var centre = y + 0.5;
                if ((a.Y <= centre) != (b.Y <= centre))
                {
                    var x = a.X + ((centre - a.Y) / (b.Y - a.Y) * (b.X - a.X));
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                }
            }

            if (left <= right)
            {
                FillSpan(Pixel(left - 0.5, up: true), Pixel(right - 0.5, up: false), y, colour);
            }
        }
    }

    /// <summary>Fills a circle.</summary>
    public void FillCircle(double centreX, double centreY, double radius, int colour)
    {
        for (var y = 0; y < _height; y++)
        {
            var dy = y + 0.5 - centreY;
            var half = (radius * radius) - (dy * dy);
            if (half >= 0)
            {
                var dx = Math.Sqrt(half);
                FillSpan(Pixel(centreX - dx - 0.5, up: true), Pixel(centreX + dx - 0.5, up: false), y, colour);
            }
        }
    }

    /// <summary>Draws a straight line of a width in pixels, with square ends; at least one pixel is hit a column or row.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, double width, int colour)
    {
        var (dx, dy) = (toX - fromX, toY - fromY);
        var length = Math.Sqrt((dx * dx) + (dy * dy));
        if (length == 0)
        {
            return;
        }

        var half = Math.Max(width, 1.5) / 2;
        var (u, v) = (-dy / length * half, dx / length * half);
        FillPolygon([(fromX + u, fromY + v), (fromX - u, fromY - v), (toX - u, toY - v), (toX + u, toY + v)], colour);
    }

    /// <summary>Draws a line of one pixel from <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    public void HorizontalLine(int from, int to, double y, int colour) => FillSpan(from, to - 1, (int)y, colour);

    private static int Pixel(double value, bool up)
    {
        // A state far off the screen still casts to a pixel.
        var bounded = Math.Clamp(double.IsNaN(value) ? -1e6 : value, -1e6, 1e6);
        return (int)(up ? Math.Ceiling(bounded) : Math.Floor(bounded));
    }

    private void FillSpan(int left, int right, int y, int colour)
    {
        if (y < 0 || y >= _height)
        {
            return;
        }

        var row = _pixels.AsSpan<byte>().Slice((_height - 1 - y) * _width * 3, _width * 3);
        for (var x = Math.Max(0, left); x <= Math.Min(_width - 1, right); x++)
        {
            row[3 * x] = (byte)(colour >> 16);
            row[(3 * x) + 1] = (byte)(colour >> 8);
            row[(3 * x) + 2] = (byte)colour;
        }
    }
}
