using System.Collections.Immutable;

namespace GymBridge.Client;

/// <summary>The environments that a server offers, and the versions of what it runs on.</summary>
/// <param name="Environments">Its environments, by id.</param>
/// <param name="Versions">Versions on the other side: <c>gymbridge</c>, <c>dotnet</c>, <c>python</c>, <c>gymnasium</c>.</param>
public sealed record ServerListing(ImmutableArray<EnvSpec> Environments, ImmutableSortedDictionary<string, string> Versions);
