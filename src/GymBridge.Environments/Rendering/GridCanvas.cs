namespace GymBridge.Environments.Rendering;

/// <summary>A canvas of equal cells in two alternating shades; row 0 is on top.</summary>
internal sealed class GridCanvas
{
    private readonly Canvas _canvas;
    private readonly double _cellWidth;
    private readonly double _cellHeight;
    private readonly int _height;

    public GridCanvas(int width, int height, int rows, int columns, int light, int dark)
    {
        _canvas = new Canvas(width, height, light);
        _height = height;
        (_cellWidth, _cellHeight) = ((double)width / columns, (double)height / rows);
        for (var row = 0; row < rows; row++)
        {
            for (var column = (row + 1) % 2; column < columns; column += 2)
            {
                FillRectangle(row, column, 0.5, 0.5, dark);
            }
        }
    }

    /// <summary>The frame: uint8 (height, width, 3).</summary>
    public NDArray ToArray() => _canvas.ToArray();

    /// <summary>Fills a rectangle around the middle of a cell; half its width and height are parts of the cell's.</summary>
    public void FillRectangle(int row, int column, double halfWidth, double halfHeight, int colour)
    {
        var (x, y) = Middle(row, column);
        var (u, v) = (halfWidth * _cellWidth, halfHeight * _cellHeight);
        _canvas.FillPolygon([(x - u, y - v), (x - u, y + v), (x + u, y + v), (x + u, y - v)], colour);
    }

    /// <summary>Fills a circle around the middle of a cell; the radius is a part of the cell's width.</summary>
    public void FillCircle(int row, int column, double radius, int colour)
    {
        var (x, y) = Middle(row, column);
        _canvas.FillCircle(x, y, radius * _cellWidth, colour);
    }

    private (double X, double Y) Middle(int row, int column) =>
        ((column + 0.5) * _cellWidth, _height - ((row + 0.5) * _cellHeight));
}
