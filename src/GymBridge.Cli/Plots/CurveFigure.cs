using System.Globalization;
using GymBridge.Shared;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GymBridge.Cli.Plots;

/// <summary>Draws learning curves: a line for each group of runs, with the 95 % confidence interval of its mean.</summary>
internal static class CurveFigure
{
    private const int Width = 900;
    private const int Height = 540;

    // Twice the points in each direction: sharp on the screens of today.
    private const double PixelRatio = 2;

    private const double BandOpacity = 0.18;

    // Ticks that can be read at a glance: about one for each 110 points of width and 70 of height.
    private const double TickDensity = 0.55;

    // Share of the figure that a legend takes, for choosing its corner.
    private const double LegendWidth = 0.42;
    private const double LegendHeight = 0.22;

    private static readonly Color Ink = Color.FromHex("#24292f");
    private static readonly Color Faint = Color.FromHex("#e6e8eb");

    // Okabe and Ito's palette, which people with any colour vision tell apart; without its yellow, too pale on white.
    private static readonly Color[] Colours =
    [
        .. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000" }.Select(Color.FromHex),
    ];

    /// <summary>Draws a figure into a file.</summary>
    /// <param name="path">The file, <c>.svg</c> or <c>.png</c>.</param>
    /// <param name="series">The lines.</param>
    /// <param name="xLabel">What the horizontal axis counts, with its unit.</param>
    /// <param name="yLabel">What the vertical axis shows.</param>
    /// <param name="title">Title; null leaves it out.</param>
    public static void Save(string path, IReadOnlyList<FigureSeries> series, string xLabel, string yLabel, string? title)
    {
        using var plot = Draw(series, xLabel, yLabel, title);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            SafeFile.WriteText(path, PictureFile.Finish(plot.GetSvgXml(Width, Height)));
        }
        else
        {
            plot.ScaleFactor = PixelRatio;
            using var image = plot.GetImage((int)(Width * PixelRatio), (int)(Height * PixelRatio));
            SafeFile.Replace(path, stream => stream.Write(image.GetImageBytes(ImageFormat.Png)));
        }
    }

    private static Plot Draw(IReadOnlyList<FigureSeries> series, string xLabel, string yLabel, string? title)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Faint;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        for (var i = 0; i < series.Count; i++)
        {
            Add(plot, series[i], Colours[i % Colours.Length]);
        }

        Label(plot.Axes.Bottom.Label, xLabel);
        Label(plot.Axes.Left.Label, yLabel);
        if (title is not null)
        {
            plot.Title(title, 17);
        }

        plot.Axes.Margins(left: 0, right: 0.02, bottom: 0.06, top: 0.06);
        plot.Axes.AutoScale();
        if (plot.Axes.GetLimits() is { Left: > 0 } limits)
        {
            plot.Axes.SetLimitsX(0, limits.Right);
        }

        Ticks(plot.Axes.Bottom, Math.Abs(plot.Axes.GetLimits().Right));
        Ticks(plot.Axes.Left, Math.Max(Math.Abs(plot.Axes.GetLimits().Bottom), Math.Abs(plot.Axes.GetLimits().Top)));
        plot.Legend.IsVisible = true;
        plot.Legend.Alignment = FreeCorner(series, plot.Axes.GetLimits());
        plot.Legend.FontSize = 13;
        plot.Legend.OutlineColor = Faint;
        plot.Legend.BackgroundColor = Colors.White.WithOpacity(0.85);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Font.Set(PictureFile.Font);
        return plot;
    }

    private static void Add(Plot plot, FigureSeries series, Color colour)
    {
        var (x, points) = (series.Band.X.ToArray(), series.Band.Points);
        if (series.Band.Runs > 1)
        {
            var band = plot.Add.FillY(x, [.. points.Select(point => point.LowerBound)], [.. points.Select(point => point.UpperBound)]);
            band.FillColor = colour.WithOpacity(BandOpacity);
            band.LineWidth = 0;
            band.MarkerSize = 0;
        }

        var line = plot.Add.ScatterLine(x, [.. points.Select(point => point.Mean)], colour);
        line.LineWidth = 2;
        line.LegendText = series.Label;
    }

    private static void Label(LabelStyle label, string text)
    {
        label.Text = text;
        label.FontSize = 14;
        label.Bold = false;
    }

    private static void Ticks(IAxis axis, double largest)
    {
        axis.TickGenerator = new NumericAutomatic { LabelFormatter = value => Short(value, largest), TickDensity = TickDensity };
        axis.MinorTickStyle.Length = 0;
        axis.MajorTickStyle.Length = 4;
        axis.TickLabelStyle.FontSize = 12;
    }

    // The corner with the fewest points under the legend; of equals the first.
    private static Alignment FreeCorner(IReadOnlyList<FigureSeries> series, AxisLimits limits) =>
        new[] { Alignment.LowerRight, Alignment.UpperLeft, Alignment.UpperRight, Alignment.LowerLeft }.MinBy(corner =>
        {
            var isRight = corner is Alignment.LowerRight or Alignment.UpperRight;
            var isUpper = corner is Alignment.UpperLeft or Alignment.UpperRight;
            return series.Sum(line => line.Band.X.Zip(line.Band.Points).Count(point =>
            {
                var x = (point.First - limits.Left) / limits.HorizontalSpan;
                var y = (point.Second.Mean - limits.Bottom) / limits.VerticalSpan;
                return (isRight ? x > 1 - LegendWidth : x < LegendWidth) && (isUpper ? y > 1 - LegendHeight : y < LegendHeight);
            }));
        });

    // One unit for all ticks of an axis: 5k and 20k, not 5000 and 20k.
    private static string Short(double value, double largest)
    {
        var (unit, name) = largest switch
        {
            >= 1e9 => (1e9, "G"),
            >= 1e6 => (1e6, "M"),
            >= 1e4 => (1e3, "k"),
            _ => (1, string.Empty),
        };
        return (value / unit).ToString("0.##", CultureInfo.InvariantCulture) + (value == 0 ? string.Empty : name);
    }
}
