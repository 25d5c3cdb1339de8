using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents;

/// <summary>How far an update has come that learns after every step, so that it can end between any two of them and go on there.</summary>
internal sealed class ReportProgress
{
    private double _sum;
    private long _count;

    /// <summary>Steps of each lane in this update.</summary>
    public int Steps { get; private set; }

    /// <summary>A step of each lane was made, and what it brought learned.</summary>
    public void AddStep() => Steps++;

    /// <summary>Transitions were learned from.</summary>
    /// <param name="sum">Of what the report gives the mean of.</param>
    /// <param name="count">Their number.</param>
    public void Add(double sum, long count = 1)
    {
        _sum += sum;
        _count += count;
    }

    /// <summary>The update is over.</summary>
    /// <returns>The mean, NaN where there was no transition.</returns>
    public double End()
    {
        var mean = _sum / _count;
        (Steps, _sum, _count) = (0, 0, 0);
        return mean;
    }

    /// <summary>Saves or loads it.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="isWhole">False after an error in the midst of a step: the update begins anew.</param>
    public void Exchange(StateArchive archive, bool isWhole) => archive.Within("progress/", () =>
    {
        Steps = (int)archive.Number("steps", isWhole ? Steps : 0, older: 0);
        if (Steps > 0)
        {
            _count = archive.Number("count", _count);
            _sum = archive.Real("sum", _sum);
        }
    });
}
