using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Codec;

/// <summary>Reads the specification of a contract: the JSON object of <see cref="EnvSpec.ToJson"/> and of <c>gymnasium.EnvSpec.to_json()</c>.</summary>
internal static class SpecJson
{
    /// <summary>Reads the JSON object; unknown members are ignored.</summary>
    /// <exception cref="ProtocolException">The text is no such object.</exception>
    public static EnvSpec Read(string text)
    {
        try
        {
            return EnvSpec.FromJson(text);
        }
        catch (ArgumentException error)
        {
            throw new ProtocolException($"The specification is not a JSON object as gymnasium.EnvSpec.to_json() writes it: {error.Message}", error);
        }
    }
}
