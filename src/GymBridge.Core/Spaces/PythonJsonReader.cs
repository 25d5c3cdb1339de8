using System.Globalization;
using System.Numerics;
using System.Text;

namespace GymBridge.Spaces;

/// <summary>Reads a JSON text as Python's <c>json.loads</c> does, NaN and Infinity and integers of any size included.</summary>
/// <remarks>System.Text.Json refuses NaN and Infinity, which Python writes. Depth and digits are bounded: the text may come from a peer.</remarks>
internal ref struct PythonJsonReader(ReadOnlySpan<char> text)
{
    private const int MaxDepth = 64;

    // Python's own limit (sys.get_int_max_str_digits): reading more takes quadratic time.
    private const int MaxDigits = 4300;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    public object? ReadAll()
    {
        var value = ReadValue(0);
        SkipSpace();
        return _at == _text.Length ? value : throw Bad("the end");
    }

    private object? ReadValue(int depth)
    {
        SkipSpace();
        if (depth > MaxDepth)
        {
            throw new FormatException($"The JSON text nests deeper than {MaxDepth} values.");
        }

        return Peek() switch
        {
            '{' => ReadObject(depth),
            '[' => ReadArray(depth),
            '"' => ReadString(),
            'n' => ReadWord("null", null),
            't' => ReadWord("true", true),
            'f' => ReadWord("false", false),
            'N' => ReadWord("NaN", double.NaN),
            'I' => ReadWord("Infinity", double.PositiveInfinity),
            _ => ReadNumber(),
        };
    }

    private Info ReadObject(int depth)
    {
        var info = new Info();
        _at++;
        SkipSpace();
        if (TryTake('}'))
        {
            return info;
        }

        do
        {
            SkipSpace();
            if (Peek() != '"')
            {
                throw Bad("a name in double quotes");
            }

            var name = ReadString();
            SkipSpace();
            Take(':');
            info[name] = ReadValue(depth + 1);
            SkipSpace();
        }
        while (TryTake(','));
        Take('}');
        return info;
    }

    private List<object?> ReadArray(int depth)
    {
        var items = new List<object?>();
        _at++;
        SkipSpace();
        if (TryTake(']'))
        {
            return items;
        }

        do
        {
            items.Add(ReadValue(depth + 1));
            SkipSpace();
        }
        while (TryTake(','));
        Take(']');
        return items;
    }

    private string ReadString()
    {
        var word = new StringBuilder();
        _at++;
        while (!TryTake('"'))
        {
            var letter = Peek();
            if (letter < ' ')
            {
                throw Bad("a letter or the closing double quote");
            }

            _at++;
            word.Append(letter == '\\' ? ReadEscape() : letter);
        }

        return word.ToString();
    }

    private char ReadEscape()
    {
        var letter = Peek();
        if (letter == 'u' && _at + 5 <= _text.Length
            && ushort.TryParse(_text.Slice(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _at += 5;
            return (char)code;
        }

        var plain = letter switch { '"' or '\\' or '/' => letter, 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => throw Bad("an escape") };
        _at++;
        return plain;
    }

    private object ReadNumber()
    {
        var start = _at;
        if (TryTake('-') && Peek() == 'I')
        {
            return ReadWord("Infinity", double.NegativeInfinity)!;
        }

        if (!TryTake('0') && !TakeDigits())
        {
            throw Bad("a value");
        }

        var isFloat = false;
        if (TryTake('.'))
        {
            isFloat = TakeDigits() ? true : throw Bad("a digit");
        }

        if (TryTake('e') || TryTake('E'))
        {
            _ = TryTake('+') || TryTake('-');
            isFloat = TakeDigits() ? true : throw Bad("a digit");
        }

        var number = _text[start.._at];
        if (isFloat)
        {
            return double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
        {
            return small;
        }

        return number.Length <= MaxDigits
            ? BigInteger.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : throw new FormatException($"The JSON text holds an integer of {number.Length} digits; at most {MaxDigits} are read, as in Python.");
    }

    private object? ReadWord(string word, object? value)
    {
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
        {
            throw Bad("a value");
        }

        _at += word.Length;
        return value;
    }

    private bool TakeDigits()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        return _at > start;
    }

    private void SkipSpace()
    {
        while (Peek() is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    private bool TryTake(char letter)
    {
        if (_at == _text.Length || _text[_at] != letter)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Take(char letter)
    {
        if (!TryTake(letter))
        {
            throw Bad($"'{letter}'");
        }
    }

    // NUL stands for the end: JSON allows it nowhere.
    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private readonly FormatException Bad(string expected) => new(
        $"The JSON text has {(_at < _text.Length ? $"'{_text[_at]}'" : "its end")} at character {_at} where {expected} was expected.");
}
