using System.Globalization;
using GymBridge.Agents;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GymBridge.Cli.Output;

/// <summary>Shows a training run: a progress bar over a table that redraws itself, or a plain line at every tenth.</summary>
internal sealed class TrainingDisplay
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly CliOutput _output;
    private readonly long _total;
    private readonly TimeProvider _time;
    private readonly long _start;
    private long _lastDraw;
    private int _tenths;

    public TrainingDisplay(CliOutput output, long totalTimesteps, TimeProvider time)
    {
        _output = output;
        _total = totalTimesteps;
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Runs <paramref name="work"/>, which calls back with every report.</summary>
    public void Run(Action<Action<TrainingReport>> work)
    {
        if (!_output.IsLive)
        {
            work(ReportLine);
            return;
        }

        _output.Console.Live(new Text(string.Empty)).Start(context =>
        {
            work(report =>
            {
                if (report.Timesteps < _total && _time.GetElapsedTime(_lastDraw) < RedrawInterval)
                {
                    return;
                }

                _lastDraw = _time.GetTimestamp();
                context.UpdateTarget(Draw(report));
            });
        });
    }

    private void ReportLine(TrainingReport report)
    {
        var tenths = (int)(Math.Min(report.Timesteps, _total) * 10 / _total);
        if (tenths == _tenths)
        {
            return;
        }

        _tenths = tenths;
        var loss = report["train/loss"];
        _output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Timesteps,9} steps  {Speed(report),8:F0} steps/s  mean return {report["rollout/ep_rew_mean"],7:F1}  value loss {report["train/value_loss"],8:F3}{(double.IsNaN(loss) ? string.Empty : $"  loss {loss,8:F3}")}"));
    }

    private Rows Draw(TrainingReport report)
    {
        const int Width = 40;
        var share = Math.Min(1.0, (double)report.Timesteps / _total);
        var done = (int)(share * Width);
        var remaining = share > 0 ? _time.GetElapsedTime(_start) * ((1 - share) / share) : TimeSpan.Zero;
        var bar = new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"[green]{new string('━', done)}[/][grey]{new string('━', Width - done)}[/] {share,4:P0}  {report.Timesteps:N0}/{_total:N0} steps  {Speed(report):N0} steps/s  [grey]{remaining:mm\\:ss} left[/]"));
        var table = new Table().Border(TableBorder.Rounded).AddColumn("metric").AddColumn(new TableColumn("value").RightAligned());
        table.AddRow("time/fps", Speed(report).ToString("N0", CultureInfo.InvariantCulture));
        table.AddRow("time/iterations", report.Update.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in report.Metrics)
        {
            table.AddRow(name, double.IsNaN(value) ? "-" : value.ToString("G5", CultureInfo.InvariantCulture));
        }

        return new Rows((IRenderable)bar, table);
    }

    private double Speed(TrainingReport report) => report.Timesteps / Math.Max(1e-9, _time.GetElapsedTime(_start).TotalSeconds);
}
