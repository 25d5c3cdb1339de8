using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>Sweeps over the states until no value changes any more.</summary>
internal static class Sweeps
{
    /// <summary>The new value of a state under the values of all.</summary>
    public delegate double Backup(ReadOnlySpan<double> values, int state);

    /// <exception cref="InvalidOperationException">The values still change after the last sweep, or have become infinite.</exception>
    public static (double[] Values, IReadOnlyList<double> Changes) Run(MdpModel model, PlanningSettings settings, Backup backup)
    {
        settings.Validate();
        var (values, changes) = (new double[model.States], new List<double>());
        var next = settings.InPlace ? values : new double[model.States];
        while (true)
        {
            var change = 0.0;
            for (var state = 0; state < model.States; state++)
            {
                var old = values[state];
                next[state] = model.IsTerminal(state) ? 0 : backup(values, state);
                change = Math.Max(change, Math.Abs(next[state] - old));
            }

            (values, next) = (next, values);
            changes.Add(change);
            if (change < settings.Tolerance)
            {
                return (values, changes);
            }

            if (changes.Count == settings.MaxSweeps || !double.IsFinite(change))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"After {changes.Count} sweeps values still change by {change}; with gamma {settings.Gamma} they may have no limit. Take a gamma below 1, a greater tolerance than {settings.Tolerance}, or more sweeps."));
            }
        }
    }
}
