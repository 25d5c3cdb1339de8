using GymBridge.Environments.Rendering;

namespace GymBridge.Environments.ToyText;

/// <summary>Draws the table: the dealer's open card above, the player's cards below, each with as many dots as it counts.</summary>
internal static class BlackjackRenderer
{
    private const int Width = 384; // pixels
    private const int Height = 376;
    private const double CardWidth = 56;
    private const double CardHeight = 80;

    public static NDArray Draw(int dealer, IReadOnlyList<int> player)
    {
        var canvas = new Canvas(Width, Height, 0x076324);
        Card(canvas, Width / 2.0, Height - 90, dealer);
        for (var i = 0; i < player.Count; i++)
        {
            Card(canvas, (Width / 2.0) + ((i - ((player.Count - 1) / 2.0)) * Math.Min(64, 300.0 / player.Count)), 100, player[i]);
        }

        return canvas.ToArray();
    }

    private static void Card(Canvas canvas, double x, double y, int value)
    {
        Rectangle(canvas, x, y, (CardWidth / 2) + 1, (CardHeight / 2) + 1, 0x202020);
        Rectangle(canvas, x, y, CardWidth / 2, CardHeight / 2, 0xFFFFFF);
        for (var dot = 0; dot < value; dot++)
        {
            canvas.FillCircle(x - 14 + (28 * (dot % 2)), y + 30 - (15 * (dot / 2)), 5, 0xB01E1E);
        }
    }

    private static void Rectangle(Canvas canvas, double x, double y, double halfWidth, double halfHeight, int colour) => canvas.FillPolygon(
        [(x - halfWidth, y - halfHeight), (x - halfWidth, y + halfHeight), (x + halfWidth, y + halfHeight), (x + halfWidth, y - halfHeight)],
        colour);
}
