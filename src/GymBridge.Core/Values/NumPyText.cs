using System.Globalization;
using System.Text;

namespace GymBridge.Values;

/// <summary>Writes an array as NumPy's <c>str</c> does with its default print options, as Gymnasium's space texts contain it.</summary>
/// <remarks>Source: <c>numpy/_core/arrayprint.py</c> 2.4: precision 8, threshold 1000, 3 edge items, lines of 75 characters.</remarks>
internal static class NumPyText
{
    private const int Precision = 8;
    private const int Threshold = 1000;
    private const int EdgeItems = 3;
    private const int LineWidth = 75;

    /// <summary>The array; further lines are indented as if the first began after <paramref name="prefix"/> characters.</summary>
    public static string Format(NDArray array, int prefix = 0)
    {
        if (array.Shape.IsEmpty)
        {
            return PythonText.Str(array.GetItem(0));
        }

        if (array.Length == 0)
        {
            return "[]";
        }

        var isSummary = array.Length > Threshold;
        var shown = new List<int>();
        Collect(array, 0, 0, isSummary, shown);
        var words = Words(array, shown);
        return Nest(array, 0, 0, new string(' ', prefix + 1), LineWidth, isSummary, words);
    }

    private static void Collect(NDArray array, int axis, int start, bool isSummary, List<int> shown)
    {
        if (axis == array.Shape.Length)
        {
            shown.Add(start);
            return;
        }

        foreach (var i in Indices(array.Shape[axis], isSummary))
        {
            if (i >= 0)
            {
                Collect(array, axis + 1, (start * array.Shape[axis]) + i, isSummary, shown);
            }
        }
    }

    // -1 stands for the ellipsis.
    private static IEnumerable<int> Indices(int extent, bool isSummary) => isSummary && extent > 2 * EdgeItems
        ? [.. Enumerable.Range(0, EdgeItems), -1, .. Enumerable.Range(extent - EdgeItems, EdgeItems)]
        : Enumerable.Range(0, extent);

    private static string Nest(NDArray array, int axis, int start, string indent, int width, bool isSummary, Dictionary<int, string> words)
    {
        if (axis == array.Shape.Length)
        {
            return words[start];
        }

        var text = new StringBuilder();
        var isLast = axis == array.Shape.Length - 1;
        var line = indent;
        var first = true;
        foreach (var i in Indices(array.Shape[axis], isSummary))
        {
            var word = i < 0 ? "..." : Nest(array, axis + 1, (start * array.Shape[axis]) + i, indent + " ", width - 1, isSummary, words);
            if (isLast)
            {
                line += first ? string.Empty : " ";
                if (line.Length + word.Length > width - 1 && line.Length > indent.Length)
                {
                    text.Append(line.TrimEnd()).Append('\n');
                    line = indent;
                }

                line += word;
            }
            else
            {
                text.Append(first ? string.Empty : new string('\n', array.Shape.Length - axis - 1)).Append(indent).Append(word);
            }

            first = false;
        }

        text.Append(isLast ? line : string.Empty);
        return $"[{text.ToString()[indent.Length..]}]";
    }

    private static Dictionary<int, string> Words(NDArray array, List<int> shown)
    {
        if (array.DType == DType.Bool)
        {
            return shown.ToDictionary(i => i, i => array.AsSpan<bool>()[i] ? " True" : "False");
        }

        if (array.DType.IsFloatingPoint())
        {
            return FloatWords(array, shown);
        }

        var texts = shown.ToDictionary(i => i, i => Convert.ToString(array.GetItem(i), CultureInfo.InvariantCulture)!);
        var longest = texts.Values.Max(text => text.Length);
        return texts.ToDictionary(item => item.Key, item => item.Value.PadLeft(longest));
    }

    private static Dictionary<int, string> FloatWords(NDArray array, List<int> shown)
    {
        var values = shown.ToDictionary(i => i, i => Number.Of(array, i));
        var finite = values.Values.Where(number => double.IsFinite(number.Value)).ToList();
        var isScientific = IsScientific(array.DType, [.. finite.Select(number => Math.Abs(number.Value)).Where(value => value != 0)]);
        var parts = values.ToDictionary(
            item => item.Key,
            item => !double.IsFinite(item.Value.Value) ? default : isScientific ? item.Value.Scientific() : item.Value.Positional());
        var left = parts.Values.Where(part => part.Whole is not null).Select(part => part.Whole.Length).DefaultIfEmpty(0).Max();
        var fraction = parts.Values.Where(part => part.Whole is not null).Select(part => part.Fraction.Length).DefaultIfEmpty(0).Max();
        if (isScientific)
        {
            // A shorter number is filled up with digits of its exact value, not with zeros.
            parts = parts.ToDictionary(item => item.Key, item => item.Value.Whole is null || item.Value.Fraction.Length == fraction
                ? item.Value
                : values[item.Key].Scientific(fraction));
        }

        var exponent = parts.Values.Where(part => part.Whole is not null).Select(part => part.Exponent.Length).DefaultIfEmpty(0).Max();
        var right = fraction + exponent;
        if (finite.Count < values.Count)
        {
            var hasNegativeInfinity = values.Values.Any(number => double.IsNegativeInfinity(number.Value));
            left = Math.Max(left, (hasNegativeInfinity ? 4 : 3) - (right + 1));
        }

        return values.ToDictionary(item => item.Key, item =>
        {
            var (whole, digits, power) = parts[item.Key];
            return whole is null ? PythonText.Repr(item.Value.Value).PadLeft(left + right + 1)
                : isScientific ? $"{whole.PadLeft(left)}.{digits.PadRight(fraction, '0')}{power[..2]}{power[2..].PadLeft(exponent - 2, '0')}"
                : $"{whole.PadLeft(left)}.{digits.PadRight(fraction)}";
        });
    }

    private static bool IsScientific(DType dtype, double[] sizes)
    {
        if (sizes.Length == 0)
        {
            return false;
        }

        var (largest, smallest) = (sizes.Max(), sizes.Min());
        return dtype switch
        {
            DType.Float64 => largest >= 1e8 || smallest < 0.0001 || largest / smallest > 1000.0,
            DType.Float32 => largest >= 1e6 || (float)smallest < 0.0001f || (float)largest / (float)smallest > 1000.0f,
            _ => largest >= 1e3 || (Half)smallest < (Half)0.0001 || (Half)largest / (Half)smallest > (Half)1000.0,
        };
    }

    /// <summary>A float with its shortest digits in its own type.</summary>
    private readonly record struct Number(double Value, string Shortest)
    {
        public static Number Of(NDArray array, int index) => array.DType switch
        {
            DType.Float64 => new(array.AsSpan<double>()[index], array.AsSpan<double>()[index].ToString("R", CultureInfo.InvariantCulture)),
            DType.Float32 => new(array.AsSpan<float>()[index], array.AsSpan<float>()[index].ToString("R", CultureInfo.InvariantCulture)),
            _ => new((double)array.AsSpan<Half>()[index], array.AsSpan<Half>()[index].ToString("R", CultureInfo.InvariantCulture)),
        };

        public (string Whole, string Fraction, string Exponent) Positional()
        {
            var (isNegative, digits, exponent) = PythonText.Decompose(Shortest);
            string whole, fraction;
            if (digits.Length - 1 - exponent > Precision)
            {
                // The value is exact in float64, and F8 rounds the exact value, as dragon4 does.
                var text = Math.Abs(Value).ToString("F8", CultureInfo.InvariantCulture);
                (whole, fraction) = (text[..^(Precision + 1)], text[^Precision..].TrimEnd('0'));
            }
            else if (exponent < 0)
            {
                (whole, fraction) = ("0", new string('0', -exponent - 1) + digits);
            }
            else
            {
                var padded = digits.PadRight(exponent + 1, '0');
                (whole, fraction) = (padded[..(exponent + 1)], padded[(exponent + 1)..]);
            }

            return ((isNegative ? "-" : string.Empty) + whole, fraction == "0" ? string.Empty : fraction, string.Empty);
        }

        public (string Whole, string Fraction, string Exponent) Scientific()
        {
            var (isNegative, digits, exponent) = PythonText.Decompose(Shortest);
            if (digits.Length - 1 > Precision)
            {
                (_, digits, exponent) = PythonText.Decompose(Math.Abs(Value).ToString("E8", CultureInfo.InvariantCulture));
            }

            return Write(isNegative, digits, exponent);
        }

        public (string Whole, string Fraction, string Exponent) Scientific(int fraction)
        {
            var (_, digits, exponent) = PythonText.Decompose(Math.Abs(Value).ToString($"E{fraction}", CultureInfo.InvariantCulture));
            return Write(double.IsNegative(Value), digits, exponent);
        }

        private static (string Whole, string Fraction, string Exponent) Write(bool isNegative, string digits, int exponent) =>
            ((isNegative ? "-" : string.Empty) + digits[0], digits[1..], $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
