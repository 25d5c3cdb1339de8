using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting.Replay;

namespace GymBridge.Agents;

/// <summary>How far an update of an algorithm with a replay buffer has come, so that it can end between any two of its steps and go on there.</summary>
/// <remarks>An update is a number of cycles; a cycle is some steps of the environment, then some of the optimizer.</remarks>
internal sealed class ReplayProgress
{
    private readonly double[] _sums;
    private long _gradientStepsLeft = -1;
    private int _count;

    /// <param name="sums">Numbers that each step of the optimizer gives.</param>
    public ReplayProgress(int sums) => _sums = new double[sums];

    /// <summary>Whether the next step is the first of a cycle.</summary>
    public bool IsBetweenCycles => CycleSteps == 0;

    /// <summary>Steps of each lane in this cycle.</summary>
    public int CycleSteps { get; private set; }

    /// <summary>Timesteps of the run before this cycle.</summary>
    public long CycleStart { get; private set; }

    /// <summary>The exploration rate of this cycle, for the report.</summary>
    public double ExplorationRate { get; private set; }

    /// <summary>Whether steps of the optimizer are left in this cycle.</summary>
    public bool Learns => _gradientStepsLeft > 0;

    /// <summary>Steps of each lane in the cycles of this update that are over.</summary>
    public int ReportSteps { get; private set; }

    /// <summary>Begins the update, or goes on with it.</summary>
    public void Begin(ReplayCollector collector)
    {
        if (ReportSteps == 0 && CycleSteps == 0)
        {
            collector.Begin();
        }
        else
        {
            collector.GoOn();
        }
    }

    /// <summary>Begins a cycle.</summary>
    public void BeginCycle(long timesteps, double explorationRate = 0) => (CycleStart, ExplorationRate) = (timesteps, explorationRate);

    /// <summary>A step of each lane was made.</summary>
    public void AddStep() => CycleSteps++;

    /// <summary>All steps of the cycle are made, and this many of the optimizer follow; does nothing where the cycle is further than that.</summary>
    public void BeginLearning(long gradientSteps) => _gradientStepsLeft = _gradientStepsLeft < 0 ? gradientSteps : _gradientStepsLeft;

    /// <summary>A step of the optimizer was made.</summary>
    public void AddGradientStep(params ReadOnlySpan<double> numbers)
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += numbers[i];
        }

        _count++;
        _gradientStepsLeft--;
    }

    /// <summary>The cycle is over.</summary>
    public void EndCycle() => (ReportSteps, CycleSteps, _gradientStepsLeft) = (ReportSteps + CycleSteps, 0, -1);

    /// <summary>The update is over: gives the means of its numbers, NaN where there was no step of the optimizer.</summary>
    public double[] End()
    {
        double[] means = [.. _sums.Select(sum => sum / _count)];
        Array.Clear(_sums);
        (ReportSteps, _count) = (0, 0);
        return means;
    }

    /// <summary>Saves or loads it.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="isWhole">False after an error in the midst of a step: the update begins anew.</param>
    public void Exchange(StateArchive archive, bool isWhole)
    {
        archive.Within("progress/", () =>
        {
            ReportSteps = (int)archive.Number("report_steps", isWhole ? ReportSteps : 0);
            CycleSteps = (int)archive.Number("cycle_steps", isWhole ? CycleSteps : 0);
            CycleStart = archive.Number("cycle_start", CycleStart);
            ExplorationRate = archive.Real("exploration_rate", ExplorationRate);
            _gradientStepsLeft = archive.Number("gradient_steps_left", isWhole ? _gradientStepsLeft : -1);
            _count = (int)archive.Number("count", isWhole ? _count : 0);
            var sums = isWhole ? _sums : new double[_sums.Length];
            archive.Array("sums", sums);
        });
    }
}
