using System.Text.Json;
using System.Text.Json.Serialization;

namespace GymBridge.Agents.Options;

/// <summary>A value in JSON: a number where it is nothing but that, else its text.</summary>
/// <typeparam name="T">The value; <c>ToString</c> gives the text that <see cref="Parse"/> reads.</typeparam>
internal abstract class NumberOrTextJsonConverter<T> : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return OfNumber(reader.GetDouble());
        }

        try
        {
            return Parse(reader.GetString() ?? string.Empty);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (NumberOf(value) is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }

    protected abstract T OfNumber(double number);

    /// <exception cref="FormatException">The text is none.</exception>
    protected abstract T Parse(string text);

    /// <summary>The number that the value is; null where it is more.</summary>
    protected abstract double? NumberOf(T value);
}
