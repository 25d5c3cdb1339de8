using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace GymBridge.Protocol;

/// <summary>Between an <see cref="EnvSpec"/> and the JSON object of <c>gymnasium.EnvSpec.to_json()</c>.</summary>
/// <remarks>Source: <c>gymnasium/envs/registration.py</c> 1.4.0. Entry points and wrappers mean nothing across languages: they
/// are written as null and none, and not read.</remarks>
public static class SpecJson
{
    /// <summary>The JSON object; numbers keep their Python type (475.0 stays a float).</summary>
    /// <exception cref="NotSupportedException">A keyword argument has no JSON form.</exception>
    public static string Write(EnvSpec spec)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("id", spec.Id);
            json.WriteNull("entry_point");
            json.WritePropertyName("reward_threshold");
            WriteValue(json, spec.RewardThreshold, "reward_threshold");
            json.WriteBoolean("nondeterministic", spec.Nondeterministic);
            json.WritePropertyName("max_episode_steps");
            WriteValue(json, spec.MaxEpisodeSteps, "max_episode_steps");
            json.WriteBoolean("order_enforce", spec.OrderEnforce);
            json.WriteBoolean("disable_env_checker", false);
            json.WritePropertyName("kwargs");
            WriteValue(json, spec.Kwargs, "kwargs");
            json.WriteStartArray("additional_wrappers");
            json.WriteEndArray();
            json.WriteNull("vector_entry_point");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the JSON object; unknown members are ignored.</summary>
    /// <exception cref="ProtocolException">The text is no such object.</exception>
    public static EnvSpec Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new EnvSpec
            {
                Id = json.GetProperty("id").GetString() ?? throw new ProtocolException("The id of a specification is null."),
                RewardThreshold = Optional(json, "reward_threshold")?.GetDouble(),
                Nondeterministic = Optional(json, "nondeterministic")?.GetBoolean() ?? false,
                MaxEpisodeSteps = Optional(json, "max_episode_steps")?.GetInt32(),
                OrderEnforce = Optional(json, "order_enforce")?.GetBoolean() ?? true,
                Kwargs = Optional(json, "kwargs") is { } kwargs ? (Info)ReadValue(kwargs)! : Info.Empty,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            throw new ProtocolException($"The specification is not a JSON object as gymnasium.EnvSpec.to_json() writes it: {exception.Message}", exception);
        }
    }

    private static JsonElement? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static void WriteValue(Utf8JsonWriter json, object? value, string path)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case BigInteger number: json.WriteRawValue(number.ToString(CultureInfo.InvariantCulture), skipInputValidation: true); break;
            case double number: json.WriteRawValue(PythonFloat(number), skipInputValidation: true); break;
            case string text: json.WriteStringValue(text); break;
            case List<object?> items: WriteItems(json, items, path); break;
            case TupleValue tuple: WriteItems(json, tuple, path); break;
            case Info info: WriteInfo(json, info, path); break;
            default:
                throw new NotSupportedException($"{path} is a {value.GetType().FullName}, which has no JSON form in an environment specification.");
        }
    }

    private static void WriteItems(Utf8JsonWriter json, IEnumerable<object?> items, string path)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            WriteValue(json, item, $"{path}[]");
        }

        json.WriteEndArray();
    }

    private static void WriteInfo(Utf8JsonWriter json, Info info, string path)
    {
        json.WriteStartObject();
        foreach (var (key, value) in info)
        {
            json.WritePropertyName(key);
            WriteValue(json, value, $"{path}['{key}']");
        }

        json.WriteEndObject();
    }

    private static string PythonFloat(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".E") ? text : text + ".0";
    }

    private static object? ReadValue(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => ReadNumber(json),
        JsonValueKind.Array => json.EnumerateArray().Select(ReadValue).ToList(),
        _ => ReadInfo(json),
    };

    private static object ReadNumber(JsonElement json)
    {
        var text = json.GetRawText();
        if (text.AsSpan().ContainsAny(".eE"))
        {
            return json.GetDouble();
        }

        return json.TryGetInt64(out var number) ? (object)number : BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }

    private static Info ReadInfo(JsonElement json)
    {
        var info = new Info();
        foreach (var member in json.EnumerateObject())
        {
            info[member.Name] = ReadValue(member.Value);
        }

        return info;
    }
}
