using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Draws the hill, the car and the flag, in Gymnasium's frame size and colours (not the same pixels).</summary>
internal static class MountainCarRenderer
{
    private const int Width = 600; // pixels
    private const int Height = 400;
    private const double Scale = Width / (MountainCarRules.MaxPosition - MountainCarRules.MinPosition); // pixels a metre

    public static NDArray Draw(double position, double goal)
    {
        var canvas = new Canvas(Width, Height, 0xFFFFFF);
        for (var pixel = 0; pixel < Width; pixel++)
        {
            var from = MountainCarRules.MinPosition + (pixel / Scale);
            canvas.Line(pixel, HeightAt(from), pixel + 1, HeightAt(from + (1 / Scale)), 1, 0x000000);
        }

        var (x, y) = (X(position), HeightAt(position));
        var slope = Math.Atan(Math.Cos(3 * position) * 0.45 * 3);
        Body(canvas, x, y + 10, slope);
        foreach (var side in (double[])[-10, 10])
        {
            canvas.FillCircle(x + (side * Math.Cos(slope)), y + 10 + (side * Math.Sin(slope)), 8, 0x808080);
        }

        var (flagX, flagY) = (X(goal), HeightAt(goal));
        canvas.Line(flagX, flagY, flagX, flagY + 50, 1, 0x000000);
        canvas.FillPolygon([(flagX, flagY + 50), (flagX, flagY + 40), (flagX + 25, flagY + 45)], 0xCCCC00);
        return canvas.ToArray();
    }

    private static double X(double position) => (position - MountainCarRules.MinPosition) * Scale;

    private static double HeightAt(double position) => ((Math.Sin(3 * position) * 0.45) + 0.55) * Scale;

    private static void Body(Canvas canvas, double x, double y, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        canvas.FillPolygon([At(-20, 0), At(-20, 20), At(20, 20), At(20, 0)], 0x000000);

        (double X, double Y) At(double u, double v) => (x + (u * cos) - (v * sin), y + (u * sin) + (v * cos));
    }
}
