using System.Text;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Texts of some lengths over a set of characters.</summary>
/// <remarks>A character is a Unicode code point, as in Python. Source: <c>gymnasium/spaces/text.py</c> 1.4.0. A mask is a tuple
/// (length or null, int8 mask of the characters or null); probabilities likewise, float64.</remarks>
public sealed class Text : Space
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // The most UTF-16 characters of a .NET string.
    private const int LongestString = 0x3FFFFFDF;

    // Characters that are drawn at a time.
    private const int PieceLength = 4096;

    private readonly Rune[] _characters;
    private readonly string[] _texts;
    private readonly HashSet<Rune> _set;

    /// <summary>Texts of <paramref name="minLength"/> to <paramref name="maxLength"/> characters.</summary>
    /// <param name="maxLength">Greatest length, inclusive.</param>
    /// <param name="minLength">Least length, inclusive.</param>
    /// <param name="charset">The characters, in the order that sampling uses; repeats count once. Null: digits and Latin letters.</param>
    /// <exception cref="ArgumentException">A length is negative, or the least above the greatest.</exception>
    public Text(int maxLength, int minLength = 1, string? charset = null)
        : base([SpaceLeaf.Variable])
    {
        if (minLength < 0)
        {
            throw new ArgumentException($"Minimum text length must be non-negative, actual value: {minLength}", nameof(minLength));
        }

        if (minLength > maxLength)
        {
            throw new ArgumentException(
                $"The min_length must be less than or equal to the max_length, min_length: {minLength}, max_length: {maxLength}", nameof(minLength));
        }

        (MinLength, MaxLength) = (minLength, maxLength);
        _characters = [.. (charset ?? Alphanumeric).EnumerateRunes().Distinct()];
        _texts = Array.ConvertAll(_characters, character => character.ToString());
        _set = [.. _characters];
    }

    /// <summary>Least number of characters, inclusive.</summary>
    public int MinLength { get; }

    /// <summary>Greatest number of characters, inclusive.</summary>
    public int MaxLength { get; }

    /// <summary>The characters in the order that sampling uses.</summary>
    public IReadOnlyList<Rune> Characters => _characters;

    /// <summary>The characters in the order of their code points.</summary>
    public string SortedCharacters => string.Concat(_characters.Order());

    /// <inheritdoc/>
    public override object Sample() => Draw(null, null);

    /// <inheritdoc/>
    public override bool Contains(object? value)
    {
        if (value is not string text)
        {
            return false;
        }

        var length = 0;
        foreach (var character in text.EnumerateRunes())
        {
            length++;
            if (!_set.Contains(character))
            {
                return false;
            }
        }

        return length >= MinLength && length <= MaxLength;
    }

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] ?? string.Empty;

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] = value as string
        ?? throw new ArgumentException($"{value} ({value.GetType().Name}) is not a value of {this}; pass a string.", nameof(value));

    /// <inheritdoc/>
    public override bool Equals(Space? other) =>
        other is Text text && MinLength == text.MinLength && MaxLength == text.MaxLength && _set.SetEquals(text._set);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Text), MinLength, MaxLength, _set.Count);

    /// <inheritdoc/>
    public override string ToString() => $"Text({MinLength}, {MaxLength}, charset={SortedCharacters})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) => [.. Jsonable.List(jsonable, this).Select(item => (object)(string)item!)];

    internal override Type NaturalType => typeof(string);

    internal override DType FlatType => DType.Int32;

    /// <inheritdoc/>
    public override int FlatDimension() => MaxLength;

    /// <inheritdoc/>
    public override Space Flattened() => new Box(0, _characters.Length, [MaxLength], FlatType);

    /// <inheritdoc/>
    public override object Flatten(object value)
    {
        var (text, array) = ((string)value, new NDArray(FlatType, MaxLength));
        var elements = array.AsSpan<int>();
        elements.Fill(_characters.Length);
        var i = 0;
        foreach (var character in text.EnumerateRunes())
        {
            elements[i++] = Array.IndexOf(_characters, character) is var index and >= 0
                ? index
                : throw new ArgumentException($"The character {PythonText.Repr(character.ToString())} of {PythonText.Repr(text)} is not in {this}.", nameof(value));
        }

        return array;
    }

    /// <inheritdoc/>
    public override object Unflatten(object flat)
    {
        var array = (NDArray)flat;
        return string.Concat(Enumerable.Range(0, array.Length).Select(i => (long)BoxNumbers.Load(array, i))
            .Where(index => index < _characters.Length).Select(index => _characters[(int)index]));
    }

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) => other is Text text && MaxLength == text.MaxLength && SortedCharacters == text.SortedCharacters;

    private protected override object EmptyValue() => string.Concat(Enumerable.Repeat(SortedCharacters[..1], MinLength));

    private protected override Space CloneSpace() => new Text(MaxLength, MinLength, string.Concat(_characters));

    private protected override object SampleRestricted(object restriction, bool isProbability)
    {
        var kind = isProbability ? "probability" : "mask";
        if (restriction is not TupleValue { Count: 2 } tuple)
        {
            throw new ArgumentException($"Expects the `{kind}` to be a tuple of length and characters, actual: {PythonText.Repr(restriction)}");
        }

        int? length = tuple[0] is null ? null : checked((int)Jsonable.ToInt64(tuple[0]));
        if (length < MinLength || length > MaxLength)
        {
            throw new ArgumentException($"Expects the Text sample length be between {MinLength} and {MaxLength}, actual length: {length}");
        }

        if (tuple[1] is null)
        {
            return Draw(length, null);
        }

        var array = Masks.Check(tuple[1]!, _characters.Length, isProbability, $"Text sample");
        if (isProbability)
        {
            Masks.CheckSum(array, "Text sample");
            return Draw(length, array.ToArray<double>());
        }

        var mask = array.ToArray<sbyte>();
        var allowed = mask.Sum(flag => flag);
        return Draw(length, Array.ConvertAll(mask, flag => allowed == 0 ? 0.0 : flag / (double)allowed));
    }

    private string Draw(int? length, double[]? probabilities)
    {
        var count = length ?? (int)Rng.Integers(MinLength, MaxLength + 1L);
        if (probabilities is null)
        {
            probabilities = new double[_characters.Length];
            Array.Fill(probabilities, 1.0 / _characters.Length);
        }

        if (!probabilities.AsSpan().ContainsAnyExcept(0.0))
        {
            return MinLength == 0
                ? string.Empty
                : throw new ArgumentException(
                    $"Trying to sample with a minimum length > 0 (actual minimum length={MinLength}) but the character mask is all zero meaning that no character could be sampled.");
        }

        if (count * (long)_texts.Max(text => text.Length) > LongestString)
        {
            throw new GymBridgeException(
                $"A sample of {this} would have {count} characters, more than a string holds ({LongestString}); give the space a smaller maxLength, or name the length in the mask.");
        }

        // In pieces: a long text needs the memory of its characters and no more.
        var picks = new int[Math.Min(count, PieceLength)];
        var text = new StringBuilder(count);
        for (var left = count; left > 0; left -= picks.Length)
        {
            var piece = picks.AsSpan(0, Math.Min(left, picks.Length));
            Rng.Choice(probabilities, piece);
            foreach (var pick in piece)
            {
                text.Append(_texts[pick]);
            }
        }

        return text.ToString();
    }
}
