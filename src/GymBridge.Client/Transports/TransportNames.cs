namespace GymBridge.Client.Transports;

/// <summary>The names of transports in options and in the environment variable.</summary>
internal static class TransportNames
{
    private static readonly Dictionary<string, Transport> ByName = new(StringComparer.Ordinal)
    {
        ["auto"] = Transport.Auto,
        ["grpc"] = Transport.Grpc,
        ["shm"] = Transport.SharedMemory,
        ["inproc"] = Transport.InProcess,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All => ByName.Keys;

    /// <summary>The transport of a name; null where it is none.</summary>
    public static Transport? Find(string name) => ByName.TryGetValue(name, out var transport) ? transport : null;

    /// <summary>The name of a transport.</summary>
    public static string Of(Transport transport) => ByName.First(pair => pair.Value == transport).Key;

    /// <summary>What is said of a name that is none.</summary>
    public static string Wrong(string where, string name) => $"{where} must be one of {string.Join(", ", All.Select(known => $"'{known}'"))}, got '{name}'.";
}
