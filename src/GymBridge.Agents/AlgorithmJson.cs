using System.Text.Json;
using System.Text.Json.Serialization;

namespace GymBridge.Agents;

/// <summary>How options and networks are written in JSON: as their properties are named, enumerations by name.</summary>
internal static class AlgorithmJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
