using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Draws the rod and its pivot, in Gymnasium's frame size and colours (not the same pixels, and no torque arrow).</summary>
internal static class PendulumRenderer
{
    private const int Size = 500; // pixels
    private const double Scale = Size / (2.2 * 2); // pixels a metre; the rod is 1 m long
    private const double RodWidth = 0.2 * Scale;

    public static NDArray Draw(double theta)
    {
        var canvas = new Canvas(Size, Size, 0xFFFFFF);
        const double Middle = Size / 2.0;
        var angle = theta + (Math.PI / 2);
        var (tipX, tipY) = (Middle + (Scale * Math.Cos(angle)), Middle + (Scale * Math.Sin(angle)));
        canvas.Line(Middle, Middle, tipX, tipY, RodWidth, 0xCC4D4D);
        canvas.FillCircle(Middle, Middle, RodWidth / 2, 0xCC4D4D);
        canvas.FillCircle(tipX, tipY, RodWidth / 2, 0xCC4D4D);
        canvas.FillCircle(Middle, Middle, 0.05 * Scale, 0x000000);
        return canvas.ToArray();
    }
}
