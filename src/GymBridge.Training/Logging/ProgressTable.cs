using System.Globalization;
using GymBridge.Registration;
using GymBridge.Training.Curves;

namespace GymBridge.Training.Logging;

/// <summary>The <c>progress.csv</c> of a run, read.</summary>
public sealed class ProgressTable
{
    private readonly string _path;
    private readonly string[] _columns;
    private readonly List<string[]> _rows;

    private ProgressTable(string path, string[] columns, List<string[]> rows)
    {
        _path = path;
        _columns = columns;
        _rows = rows;
    }

    /// <summary>Names of the columns, in the order of the file.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Reads a file; a last row that is still being written is left out.</summary>
    /// <exception cref="InvalidDataException">The file holds no table of this kind.</exception>
    public static ProgressTable Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var columns = reader.ReadLine()?.Split(',') ?? [];
        if (!columns.Contains(ProgressCsv.Timesteps))
        {
            throw new InvalidDataException(
                columns.Length == 0
                    ? $"'{path}' is empty: the run has logged nothing yet."
                    : $"'{path}' has no column '{ProgressCsv.Timesteps}': it is no progress file of a run.");
        }

        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (fields.Length == columns.Length)
            {
                rows.Add(fields);
            }
        }

        return new ProgressTable(path, columns, rows);
    }

    /// <summary>One column over another; rows in which either is empty are left out.</summary>
    /// <exception cref="ArgumentException">There is no such column; the message lists those that exist.</exception>
    public Curve Curve(string x, string y)
    {
        var (column, value) = (Position(x), Position(y));
        var (xs, ys) = (new List<double>(), new List<double>());
        foreach (var row in _rows)
        {
            if (TryNumber(row[column], out var place) && TryNumber(row[value], out var number))
            {
                xs.Add(place);
                ys.Add(number);
            }
        }

        return new Curve(xs, ys);
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private int Position(string name)
    {
        var position = Array.IndexOf(_columns, name);
        return position >= 0
            ? position
            : throw new ArgumentException(
                $"'{_path}' has no column '{name}'.{Suggestions.For(name, _columns)} It has {string.Join(", ", _columns)}.");
    }
}
