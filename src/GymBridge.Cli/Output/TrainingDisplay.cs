using System.Globalization;
using GymBridge.Agents;
using GymBridge.Shared;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GymBridge.Cli.Output;

/// <summary>Shows a training run: a progress bar over Stable-Baselines3's table, redrawn in place, or plain lines.</summary>
internal sealed class TrainingDisplay(CliOutput output, TimeProvider time)
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="work"/> with a callback that shows its progress.</summary>
    public void Run(Action<TrainingCallback> work)
    {
        if (!output.IsLive)
        {
            work(new Lines(output, time));
            return;
        }

        output.Console.Live(new Text(string.Empty)).Start(context => work(new Table(context, output.Console, time)));
    }

    private abstract class Display(TimeProvider time) : TrainingCallback
    {
        private long _start;
        private long _startSteps;

        public override void OnStart(Algorithm algorithm) => (_start, _startSteps) = (time.GetTimestamp(), algorithm.Timesteps);

        protected TimeSpan Elapsed => time.GetElapsedTime(_start);

        protected double Speed(UpdateReport report) => (report.Timesteps - _startSteps) / Math.Max(1e-9, Elapsed.TotalSeconds);

        protected TimeSpan Remaining(UpdateReport report, long total) => report.Timesteps > _startSteps
            ? Elapsed * ((double)Math.Max(0, total - report.Timesteps) / (report.Timesteps - _startSteps))
            : TimeSpan.Zero;
    }

    private sealed class Lines(CliOutput output, TimeProvider time) : Display(time)
    {
        // A pipe or a CI log gets a line at every tenth of the run, and one every ten seconds of a slow one.
        private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

        private long _tenths;
        private TimeSpan _lastLine;

        public override void OnStart(Algorithm algorithm)
        {
            base.OnStart(algorithm);
            _tenths = algorithm.Timesteps * 10 / algorithm.TotalTimesteps!.Value;
        }

        public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
        {
            var total = algorithm.TotalTimesteps!.Value;
            var tenths = Math.Min(report.Timesteps, total) * 10 / total;
            if (tenths != _tenths || Elapsed - _lastLine >= Quiet)
            {
                (_tenths, _lastLine) = (tenths, Elapsed);
                output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Timesteps,9} steps  {Speed(report),8:F0} steps/s  mean return {ReturnText.Of(report["rollout/ep_rew_mean"]),7}  mean length {ReturnText.OfLength(report["rollout/ep_len_mean"]),7}"));
            }

            return true;
        }
    }

    private sealed class Table(LiveDisplayContext context, IAnsiConsole console, TimeProvider time) : Display(time)
    {
        private readonly TimeProvider _time = time;
        private long _lastDraw;

        public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
        {
            if (algorithm.IsComplete || _time.GetElapsedTime(_lastDraw) >= RedrawInterval)
            {
                _lastDraw = _time.GetTimestamp();
                context.UpdateTarget(Draw(report, algorithm.TotalTimesteps!.Value));
            }

            return true;
        }

        private Rows Draw(UpdateReport report, long total)
        {
            const int Widest = 40;
            const int Narrowest = 10;
            var share = Math.Min(1.0, (double)report.Timesteps / total);
            var remaining = Remaining(report, total);
            var text = string.Create(CultureInfo.InvariantCulture, $" {share,4:P0}  {report.Timesteps:N0}/{total:N0} steps  {Speed(report):N0} steps/s  ");
            var left = remaining.TotalHours >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(int)remaining.TotalHours}:{remaining:mm\\:ss} left")
                : string.Create(CultureInfo.InvariantCulture, $"{remaining:mm\\:ss} left");

            // One line, also on a terminal of 80 columns.
            var width = Math.Clamp(console.Profile.Width - text.Length - left.Length - 1, Narrowest, Widest);
            var done = (int)(share * width);
            var bar = new Markup($"[green]{new string('━', done)}[/][grey]{new string('━', width - done)}[/]{text}[grey]{left}[/]");
            var lines = MetricTable.Lines(
            [
                .. report.Metrics,
                new("time/fps", Math.Round(Speed(report))),
                new("time/iterations", report.Update),
                new("time/time_elapsed", Math.Floor(Elapsed.TotalSeconds)),
                new("time/total_timesteps", report.Timesteps),
            ]);
            return new Rows([bar, .. lines.Select(line => (IRenderable)new Text(line))]);
        }
    }
}
