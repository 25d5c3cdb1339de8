using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Draws the two rods, their joints and the line, in Gymnasium's frame size and colours (not the same pixels).</summary>
internal static class AcrobotRenderer
{
    private const int Size = 500; // pixels
    private const double Scale = Size / (2.2 * 2); // pixels a metre; each rod is 1 m long

    public static NDArray Draw(double theta1, double theta2)
    {
        var canvas = new Canvas(Size, Size, 0xFFFFFF);
        const double Middle = Size / 2.0;
        canvas.HorizontalLine(0, Size, Middle + Scale, 0x000000);
        var (x1, y1) = (Middle + (Scale * Math.Sin(theta1)), Middle - (Scale * Math.Cos(theta1)));
        var (x2, y2) = (x1 + (Scale * Math.Sin(theta1 + theta2)), y1 - (Scale * Math.Cos(theta1 + theta2)));
        canvas.Line(Middle, Middle, x1, y1, 0.2 * Scale, 0x00CCCC);
        canvas.Line(x1, y1, x2, y2, 0.2 * Scale, 0x00CCCC);
        canvas.FillCircle(Middle, Middle, 0.1 * Scale, 0xCCCC00);
        canvas.FillCircle(x1, y1, 0.1 * Scale, 0xCCCC00);
        return canvas.ToArray();
    }
}
