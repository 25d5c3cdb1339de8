using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between the Python types of an environment and their message.</summary>
internal static class PythonTypesCodec
{
    /// <summary>The message of the types; without leaves where all are default.</summary>
    public static Wire.PythonTypes Encode(PythonTypes types)
    {
        var message = new Wire.PythonTypes
        {
            Reward = (Wire.PythonType)types.Reward,
            Terminated = (Wire.PythonType)types.Terminated,
            Truncated = (Wire.PythonType)types.Truncated,
        };
        if (types.ObservationLeaves.Any(type => type != PythonType.Default))
        {
            message.ObservationLeaves.AddRange(types.ObservationLeaves.Select(type => (Wire.PythonType)type));
        }

        return message;
    }

    /// <summary>The types of a message; null is <see cref="PythonTypes.Default"/>.</summary>
    public static PythonTypes Decode(Wire.PythonTypes? message) => message is null
        ? PythonTypes.Default
        : new PythonTypes(
            Of(message.Reward), Of(message.Terminated), Of(message.Truncated), [.. message.ObservationLeaves.Select(Of)]);

    // A newer peer may name a type that is not known here; the value itself is there in any case.
    private static PythonType Of(Wire.PythonType type) => Enum.IsDefined((PythonType)type)
        ? (PythonType)type
        : PythonType.Default;
}
