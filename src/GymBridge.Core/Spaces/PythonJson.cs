using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Writes and reads jsonable values as Python's <c>json.dumps</c> and <c>json.loads</c> do, so that both sides' texts are the same.</summary>
public static class PythonJson
{
    /// <summary>The text of long, double, np.float64, bool, string, null, lists, tuples, <see cref="Info"/> and dicts with other keys.</summary>
    /// <exception cref="ArgumentException">There is another value inside.</exception>
    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    /// <summary>The value of a text: null, bool, long (or BigInteger), double, string, <c>List&lt;object?&gt;</c> or <see cref="Info"/>.</summary>
    /// <exception cref="FormatException">The text is no JSON, nests deeper than 64 values, or holds an integer of more than 4300 digits.</exception>
    public static object? Read(string text) => new PythonJsonReader(text).ReadAll();

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case bool flag: text.Append(flag ? "true" : "false"); break;
            case double number: text.Append(Float(number)); break;
            case NumPyScalar { Item: double number }: text.Append(Float(number)); break;
            case int or long or ulong or BigInteger: text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            case string word: WriteString(word, text); break;
            case Info info: WriteItems(info, '{', '}', text, item => { WriteString(item.Key, text); text.Append(": "); Write(item.Value, text); }); break;
            case OrderedDictionary<object, object?> dict: WriteItems(dict, '{', '}', text, item => { WriteString(Key(item.Key), text); text.Append(": "); Write(item.Value, text); }); break;
            case byte[]: throw NoJson(value);
            case IEnumerable list: WriteItems(list.Cast<object?>(), '[', ']', text, item => Write(item, text)); break;
            default: throw NoJson(value);
        }
    }

    private static string Key(object key) => key switch
    {
        string word => word,
        bool or double or int or long or BigInteger or NumPyScalar { Item: double } => Write(key),
        _ => throw new ArgumentException($"A dict key must be a str, int, float or bool to be written as JSON, got {PythonText.Repr(key)}."),
    };

    private static ArgumentException NoJson(object value) => new($"{PythonText.Repr(value)}, a {value.GetType().Name}, cannot be written as JSON.");

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
