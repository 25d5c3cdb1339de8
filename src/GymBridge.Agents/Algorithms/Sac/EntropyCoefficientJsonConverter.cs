using System.Text.Json;
using System.Text.Json.Serialization;

namespace GymBridge.Agents;

/// <summary>An entropy coefficient in JSON: a number where it is fixed, else its text.</summary>
internal sealed class EntropyCoefficientJsonConverter : JsonConverter<EntropyCoefficient>
{
    public override EntropyCoefficient Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        try
        {
            return EntropyCoefficient.Parse(reader.GetString() ?? string.Empty);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, EntropyCoefficient value, JsonSerializerOptions options)
    {
        if (value.IsAutomatic)
        {
            writer.WriteStringValue(value.ToString());
        }
        else
        {
            writer.WriteNumberValue(value.Value);
        }
    }
}
