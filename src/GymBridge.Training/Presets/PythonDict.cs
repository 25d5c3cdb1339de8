using System.Globalization;
using System.Text.Json.Nodes;

namespace GymBridge.Training.Presets;

/// <summary>Reads the Python expressions that rl-zoo's files hold as text: <c>dict(net_arch=[64, 64], activation_fn=nn.ReLU)</c>.</summary>
/// <remarks>dict(...), {...}, lists, tuples, numbers, texts, True, False, None, and dotted names, which stay text; nothing is evaluated.</remarks>
internal ref struct PythonDict
{
    private const int MostNested = 32;

    private readonly ReadOnlySpan<char> _text;
    private readonly string _source;
    private int _position;
    private int _depth;

    private PythonDict(ReadOnlySpan<char> text, string source)
    {
        _text = text;
        _source = source;
    }

    /// <summary>The items of a dict; lists as JSON text.</summary>
    /// <exception cref="InvalidDataException">The text is no such dict.</exception>
    public static List<KeyValuePair<string, string>> Read(string text, string source)
    {
        var reader = new PythonDict(text, source);
        var value = reader.Value();
        reader.SkipSpace();
        return reader._position == text.Length && value is JsonObject items
            ? [.. items.Select(item => new KeyValuePair<string, string>(item.Key, TextOf(item.Value)))]
            : throw reader.Malformed();
    }

    private static string TextOf(JsonNode? value) => value is null ? "none"
        : value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text
        : value.ToJsonString();

    private JsonNode? Value()
    {
        if (++_depth > MostNested)
        {
            throw Malformed();
        }

        SkipSpace();
        var value = Peek() switch
        {
            '[' => List(']'),
            '(' => List(')'),
            '{' => Braces(),
            '\'' or '"' => JsonValue.Create(Quoted()),
            _ => Word(),
        };
        _depth--;
        return value;
    }

    private JsonArray List(char end)
    {
        var list = new JsonArray();
        for (_position++; !TryTake(end); TryTake(','))
        {
            list.Add(Value());
        }

        return list;
    }

    private JsonObject Braces()
    {
        var items = new JsonObject();
        for (_position++; !TryTake('}'); TryTake(','))
        {
            SkipSpace();
            var key = Quoted();
            Take(':');
            items[key] = Value();
        }

        return items;
    }

    private JsonNode? Word()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] is '_' or '.' or '+' or '-'))
        {
            _position++;
        }

        var word = _text[start.._position].ToString();
        return word switch
        {
            "" => throw Malformed(),
            "dict" when Peek() == '(' => Call(),
            "True" => JsonValue.Create(true),
            "False" => JsonValue.Create(false),
            "None" => null,
            _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(word),
        };
    }

    private JsonObject Call()
    {
        var items = new JsonObject();
        for (_position++; !TryTake(')'); TryTake(','))
        {
            SkipSpace();
            var key = Word() is JsonValue name && name.TryGetValue<string>(out var text) ? text : throw Malformed();
            Take('=');
            items[key] = Value();
        }

        return items;
    }

    private string Quoted()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"'))
        {
            throw Malformed();
        }

        var length = _text[(_position + 1)..].IndexOf(quote);
        if (length < 0)
        {
            throw Malformed();
        }

        var text = _text.Slice(_position + 1, length).ToString();
        _position += length + 2;
        return text;
    }

    private readonly char Peek() => _position < _text.Length ? _text[_position] : throw Malformed();

    private void Take(char letter)
    {
        if (!TryTake(letter))
        {
            throw Malformed();
        }
    }

    private bool TryTake(char letter)
    {
        SkipSpace();
        if (Peek() != letter)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private readonly InvalidDataException Malformed() =>
        new($"{_source}: '{_text}' is not understood at letter {_position + 1}; write dict(net_arch=[64, 64]), or keys of their own instead.");
}
