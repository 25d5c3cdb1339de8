using System.Text.Json;
using System.Text.Json.Serialization;

namespace GymBridge.Agents;

/// <summary>A schedule in JSON: a number where it is constant, else its text.</summary>
internal sealed class ScheduleJsonConverter : JsonConverter<Schedule>
{
    public override Schedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        try
        {
            return Schedule.Parse(reader.GetString() ?? string.Empty);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, Schedule value, JsonSerializerOptions options)
    {
        if (value.IsConstant)
        {
            writer.WriteNumberValue(value.Start);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
