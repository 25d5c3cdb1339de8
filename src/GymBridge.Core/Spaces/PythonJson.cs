using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GymBridge.Spaces;

/// <summary>Writes jsonable values as Python's <c>json.dumps</c> does, so that both sides' texts can be compared.</summary>
public static class PythonJson
{
    /// <summary>The text of long, double, bool, string, null, lists, tuples and <see cref="Info"/>.</summary>
    /// <exception cref="ArgumentException">There is another value inside.</exception>
    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case bool flag: text.Append(flag ? "true" : "false"); break;
            case double number: text.Append(Float(number)); break;
            case int or long or ulong or BigInteger: text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            case string word: WriteString(word, text); break;
            case Info info: WriteItems(info, '{', '}', text, item => { WriteString(item.Key, text); text.Append(": "); Write(item.Value, text); }); break;
            case IEnumerable list: WriteItems(list.Cast<object?>(), '[', ']', text, item => Write(item, text)); break;
            default: throw new ArgumentException($"'{value.GetType().Name}' cannot be written as JSON.", nameof(value));
        }
    }

    private static string Float(double value) => double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "Infinity"
        : double.IsNegativeInfinity(value) ? "-Infinity"
        : PythonText.Repr(value);

    private static void WriteItems<T>(IEnumerable<T> items, char open, char close, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            text.Append(isFirst ? string.Empty : ", ");
            isFirst = false;
            write(item);
        }

        text.Append(close);
    }

    private static void WriteString(string word, StringBuilder text)
    {
        text.Append('"');
        foreach (var letter in word)
        {
            text.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' or > '~' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        text.Append('"');
    }
}
