using System.Globalization;
using GymBridge.Shared;

namespace GymBridge.Agents;

/// <summary>Shows how far a run is, and its mean return: a line that is written over on a terminal, one for each tenth elsewhere.</summary>
public sealed class ProgressBar : TrainingCallback
{
    private const int Width = 30;
    private const int Parts = 10;

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly TimeProvider _time;
    private long _start;
    private long _startSteps;
    private long _lastDraw;
    private long _tenths;

    /// <summary>A bar on standard error, or on another writer as plain lines.</summary>
    /// <param name="output">Where to write; null for standard error.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ProgressBar(TextWriter? output = null, TimeProvider? time = null)
    {
        _output = output ?? Console.Error;
        _isTerminal = output is null && !Console.IsErrorRedirected;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm)
    {
        (_start, _startSteps) = (_time.GetTimestamp(), algorithm.Timesteps);
        _tenths = algorithm.Timesteps * Parts / algorithm.TotalTimesteps!.Value;
    }

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        var total = algorithm.TotalTimesteps!.Value;
        var speed = (report.Timesteps - _startSteps) / Math.Max(1e-9, _time.GetElapsedTime(_start).TotalSeconds);
        if (_isTerminal)
        {
            if (!algorithm.IsComplete && _time.GetElapsedTime(_lastDraw) < Redraw)
            {
                return true;
            }

            _lastDraw = _time.GetTimestamp();
            var done = (int)(Math.Min(1.0, (double)report.Timesteps / total) * Width);
            _output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"\r{new string('#', done)}{new string('-', Width - done)} {report.Timesteps:N0}/{total:N0} steps  {speed:N0} steps/s  mean return {ReturnText.Of(report["rollout/ep_rew_mean"])}  "));
            return true;
        }

        var tenths = Math.Min(report.Timesteps, total) * Parts / total;
        if (tenths > _tenths)
        {
            _tenths = tenths;
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{report.Timesteps,9} steps  {speed,8:F0} steps/s  mean return {ReturnText.Of(report["rollout/ep_rew_mean"]),7}"));
        }

        return true;
    }

    /// <inheritdoc/>
    public override void OnEnd(Algorithm algorithm)
    {
        if (_isTerminal)
        {
            _output.WriteLine();
        }
    }
}
