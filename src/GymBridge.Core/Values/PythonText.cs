using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GymBridge.Values;

/// <summary>Writes values as Python's <c>repr</c> does, for space texts and messages that must read the same on both sides.</summary>
internal static class PythonText
{
    /// <summary>float's repr: the shortest digits that read back, <c>1e-05</c>, <c>0.1</c>, <c>1e+16</c>, <c>inf</c>.</summary>
    public static string Repr(double value) => Shortest(value.ToString("R", CultureInfo.InvariantCulture), value);

    /// <summary>np.float32's str.</summary>
    public static string Repr(float value) => Shortest(value.ToString("R", CultureInfo.InvariantCulture), value);

    /// <summary>np.float16's str: <c>1e+03</c> from 1000 on.</summary>
    public static string Repr(Half value) => Shortest(value.ToString("R", CultureInfo.InvariantCulture), (double)value, firstScientific: 3);

    /// <summary>str's repr: in single quotes unless the text holds one and no double quote.</summary>
    public static string Repr(string value)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        var text = new StringBuilder().Append(quote);
        foreach (var letter in value)
        {
            text.Append(letter switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when letter == quote => "\\" + letter,
                < ' ' or '\x7f' => $"\\x{(int)letter:x2}",
                _ => letter.ToString(),
            });
        }

        return text.Append(quote).ToString();
    }

    /// <summary>A number as NumPy's str writes its scalar.</summary>
    public static string Str(object number) => number switch
    {
        double value => Repr(value),
        float value => Repr(value),
        Half value => Repr(value),
        bool value => value ? "True" : "False",
        _ => Convert.ToString(number, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Any value that an info can hold.</summary>
    public static string Repr(object? value) => value switch
    {
        null => "None",
        string text => Repr(text),
        byte[] bytes => $"<{bytes.Length} bytes>",
        double or float or Half or bool or BigInteger => Str(value),
        TupleValue { Count: 1 } tuple => $"({Repr(tuple[0])},)",
        TupleValue tuple => $"({string.Join(", ", tuple.Select(Repr))})",
        Info info => "{" + string.Join(", ", info.Select(item => $"{Repr(item.Key)}: {Repr(item.Value)}")) + "}",
        NDArray array => $"array({NumPyText.Format(array, "array(".Length)}, dtype={array.DType.Name()})",
        NumPyScalar scalar => $"np.{scalar.Value.DType.Name()}({Str(scalar.Item)})",
        IList list => $"[{string.Join(", ", list.Cast<object?>().Select(Repr))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The digits of the shortest text that reads back, and the exponent of the first one: 0.012 gives "12" and -2.</summary>
    public static (bool IsNegative, string Digits, int Exponent) Decompose(string shortest)
    {
        var isNegative = shortest[0] == '-';
        var text = isNegative ? shortest[1..] : shortest;
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return digits.Length == 0 ? (isNegative, "0", 0) : (isNegative, digits, exponent - zeros);
    }

    private static string Shortest(string shortest, double value, int firstScientific = 16)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var (isNegative, digits, exponent) = Decompose(shortest);
        var sign = isNegative ? "-" : string.Empty;
        if (exponent >= firstScientific || exponent < -4)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1
                ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
                : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
