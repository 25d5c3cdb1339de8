using System.Globalization;
using System.Text.Json.Serialization;

namespace GymBridge.Agents;

/// <summary>The weight of the entropy in SAC's reward, its temperature alpha: a fixed number, or one that is learned.</summary>
/// <remarks>A number converts by itself: <c>EntropyCoefficient = 0.1</c>. As text it is <c>0.1</c>, <c>auto</c>, or with a first value
/// <c>auto_0.1</c>, as in Stable-Baselines3.</remarks>
[JsonConverter(typeof(EntropyCoefficientJsonConverter))]
public readonly record struct EntropyCoefficient
{
    private const string AutomaticName = "auto";

    private EntropyCoefficient(bool isAutomatic, double value) => (IsAutomatic, Value) = (isAutomatic, value);

    /// <summary>Whether it is learned, so that the entropy comes to a target.</summary>
    public bool IsAutomatic { get; }

    /// <summary>Its value, or the first one where it is learned.</summary>
    public double Value { get; }

    /// <summary>A fixed number.</summary>
    public static implicit operator EntropyCoefficient(double value) => Fixed(value);

    /// <summary>A fixed number.</summary>
    public static EntropyCoefficient Fixed(double value) => new(false, value);

    /// <summary>A weight that is learned, so that the entropy comes to its target.</summary>
    /// <param name="initial">Its first value; positive.</param>
    public static EntropyCoefficient Automatic(double initial = 1) => new(true, initial);

    /// <summary>Reads the text form: a number, <c>auto</c>, or <c>auto_</c> and the number to begin with.</summary>
    /// <exception cref="FormatException">The text is none; the message shows the forms.</exception>
    public static EntropyCoefficient Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == AutomaticName)
        {
            return Automatic();
        }

        var isAutomatic = text.StartsWith(AutomaticName + "_", StringComparison.Ordinal);
        return double.TryParse(isAutomatic ? text[(AutomaticName.Length + 1)..] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new EntropyCoefficient(isAutomatic, value)
            : throw new FormatException($"'{text}' is no entropy coefficient; write a number, auto, or auto_0.1.");
    }

    /// <summary>The text form, which <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var value = Value.ToString("R", CultureInfo.InvariantCulture);
        return !IsAutomatic ? value : Value == 1 ? AutomaticName : $"{AutomaticName}_{value}";
    }
}
