using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Draws the cart, the pole and the track, in Gymnasium's frame size and colours (not the same pixels).</summary>
internal static class CartPoleRenderer
{
    private const int Width = 600; // pixels
    private const int Height = 400;
    private const double Scale = Width / (CartPoleDynamics.XThreshold * 2); // pixels a metre
    private const double CartWidth = 50;
    private const double CartHeight = 30;
    private const double CartY = 100; // pixels above the lower edge
    private const double PoleWidth = 10;
    private const double PoleLength = Scale * 1.0; // the pole is 1 m long
    private const double AxleOffset = CartHeight / 4;

    public static NDArray Draw(in CartPoleState state)
    {
        var canvas = new Canvas(Width, Height, 0xFFFFFF);
        var cartX = (state.X * Scale) + (Width / 2.0);
        canvas.FillPolygon(Rectangle(cartX, CartY, -CartWidth / 2, CartWidth / 2, -CartHeight / 2, CartHeight / 2, 0), 0x000000);
        canvas.FillPolygon(
            Rectangle(cartX, CartY + AxleOffset, -PoleWidth / 2, PoleWidth / 2, -PoleWidth / 2, PoleLength - (PoleWidth / 2), -state.Theta),
            0xCA9865);
        canvas.FillCircle(cartX, CartY + AxleOffset, PoleWidth / 2, 0x8184CB);
        canvas.HorizontalLine(0, Width, CartY, 0x000000);
        return canvas.ToArray();
    }

    private static (double X, double Y)[] Rectangle(
        double x, double y, double left, double right, double bottom, double top, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return [At(left, bottom), At(left, top), At(right, top), At(right, bottom)];

        (double X, double Y) At(double u, double v) => (x + (u * cos) - (v * sin), y + (u * sin) + (v * cos));
    }
}
