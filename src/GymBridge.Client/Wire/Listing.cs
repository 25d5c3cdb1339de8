using System.Collections.Immutable;
using GymBridge.Protocol.Codec;

namespace GymBridge.Client.Wire;

/// <summary>Reads what a server offers.</summary>
internal static class Listing
{
    /// <summary>The server's environments, by id.</summary>
    public static ServerListing Read(Connection connection)
    {
        var response = connection.List();
        var specs = response.Environments
            .Select(entry => entry.SpecJson.Length == 0 ? new EnvSpec { Id = entry.EnvId } : SpecJson.Read(entry.SpecJson) with { Id = entry.EnvId })
            .OrderBy(spec => spec.Id, StringComparer.Ordinal);
        return new ServerListing([.. specs], response.Versions.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }
}
