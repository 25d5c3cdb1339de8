using System.Globalization;

namespace GymBridge.Cli.Output;

/// <summary>Metrics as the table that Stable-Baselines3 prints: grouped by what stands before the slash.</summary>
/// <remarks>Source of the form: stable_baselines3/common/logger.py, HumanOutputFormat.</remarks>
internal static class MetricTable
{
    private const int LeastValueWidth = 8;

    /// <summary>The lines of the table.</summary>
    public static IReadOnlyList<string> Lines(IEnumerable<KeyValuePair<string, double>> metrics)
    {
        var rows = new List<(string Name, string Value)>();
        foreach (var group in metrics.Where(metric => !double.IsNaN(metric.Value))
            .GroupBy(metric => metric.Key.Split('/')[0])
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            rows.Add((group.Key + "/", string.Empty));
            rows.AddRange(group.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => ("   " + metric.Key[(group.Key.Length + 1)..], Text(metric.Value))));
        }

        if (rows.Count == 0)
        {
            return [];
        }

        var (left, right) = (rows.Max(row => row.Name.Length), rows.Max(row => Math.Max(LeastValueWidth, row.Value.Length)));
        var rule = new string('-', left + right + 7);
        return [rule, .. rows.Select(row => $"| {row.Name.PadRight(left)} | {row.Value.PadRight(right)} |"), rule];
    }

    // Python's "{:<8.3g}", and whole numbers whole.
    private static string Text(double value)
    {
        if (double.IsInteger(value) && Math.Abs(value) < 1e15)
        {
            return value.ToString("F0", CultureInfo.InvariantCulture);
        }

        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (exponent is < -4 or >= 3)
        {
            return value.ToString("0.##e+00", CultureInfo.InvariantCulture);
        }

        return value.ToString("0." + new string('#', Math.Max(0, 2 - exponent)), CultureInfo.InvariantCulture);
    }
}
