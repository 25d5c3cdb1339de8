using System.Globalization;
using System.Numerics;
using System.Text;

namespace GymBridge.Cli.Options;

/// <summary>Reads a value as Python and JSON write it: None, True, false, numbers, 'text', [1, 2], (1, 2), {"a": 1}.</summary>
/// <remarks>What does not begin like one of these is text as it stands, so that plain words need no quotes.</remarks>
internal sealed class PythonLiteral
{
    private const int MaxDepth = 32;

    private readonly string _text;
    private int _position;

    private PythonLiteral(string text) => _text = text;

    /// <summary>The value: null, bool, long, BigInteger, double, string, List, TupleValue or Info.</summary>
    /// <exception cref="FormatException">A list, dict or quoted text is not complete; the message shows where.</exception>
    public static object? Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0 || !"[({'\"".Contains(trimmed[0], StringComparison.Ordinal))
        {
            return Word(text);
        }

        var literal = new PythonLiteral(trimmed);
        var value = literal.Value(0);
        literal.SkipSpace();
        return literal._position == trimmed.Length ? value : throw literal.Wrong("the end");
    }

    private static object? Word(string text) => text.Trim() switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        "none" or "None" or "null" => null,
        var word when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
        var word when BigInteger.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) => large,
        var word when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private object? Value(int depth)
    {
        SkipSpace();
        if (depth > MaxDepth)
        {
            throw new FormatException($"'{_text}' is nested deeper than {MaxDepth} levels.");
        }

        return Peek() switch
        {
            '[' => Items(']', depth, out _),
            '(' => Tuple(depth),
            '{' => Dict(depth),
            '\'' or '"' => Quoted(),
            _ => Bare(),
        };
    }

    private object? Tuple(int depth)
    {
        var items = Items(')', depth, out var hasComma);
        return items.Count == 1 && !hasComma ? items[0] : new TupleValue([.. items]);
    }

    private List<object?> Items(char end, int depth, out bool hasComma)
    {
        hasComma = false;
        _position++;
        var items = new List<object?>();
        SkipSpace();
        while (Peek() != end)
        {
            items.Add(Value(depth + 1));
            SkipSpace();
            if (Peek() == ',')
            {
                hasComma = true;
                _position++;
                SkipSpace();
            }
            else if (Peek() != end)
            {
                throw Wrong($"',' or '{end}'");
            }
        }

        _position++;
        return items;
    }

    private Info Dict(int depth)
    {
        _position++;
        var dict = new Info();
        SkipSpace();
        while (Peek() != '}')
        {
            var key = Value(depth + 1) as string ?? throw Wrong("a text as key");
            SkipSpace();
            if (Peek() != ':')
            {
                throw Wrong("':'");
            }

            _position++;
            dict[key] = Value(depth + 1);
            SkipSpace();
            if (Peek() == ',')
            {
                _position++;
                SkipSpace();
            }
            else if (Peek() != '}')
            {
                throw Wrong("',' or '}'");
            }
        }

        _position++;
        return dict;
    }

    private string Quoted()
    {
        var quote = _text[_position++];
        var text = new StringBuilder();
        while (true)
        {
            var letter = Peek();
            _position++;
            if (letter == quote)
            {
                return text.ToString();
            }

            text.Append(letter switch
            {
                '\0' => throw Wrong($"a closing {quote}"),
                '\\' => Escaped(),
                _ => letter,
            });
        }
    }

    private char Escaped()
    {
        var letter = Peek();
        _position++;
        return letter switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '\\' or '\'' or '"' or '/' => letter,
            'u' when _position + 4 <= _text.Length
                && ushort.TryParse(_text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) =>
                    Skip(4, (char)code),
            _ => throw Wrong("an escape such as \\n, \\\\ or \\u00e9"),
        };
    }

    private char Skip(int count, char value)
    {
        _position += count;
        return value;
    }

    private object? Bare()
    {
        var start = _position;
        while (!",:[](){}'\"\0".Contains(Peek(), StringComparison.Ordinal))
        {
            _position++;
        }

        var word = _text[start.._position].Trim();
        return word.Length > 0 ? Word(word) : throw Wrong("a value");
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek()))
        {
            _position++;
        }
    }

    private char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private FormatException Wrong(string expected) => new(
        string.Create(CultureInfo.InvariantCulture, $"'{_text}' is no Python value: {expected} is expected at character {Math.Min(_position, _text.Length) + 1}."));
}
